// Ctrl+Enter saves from wherever the cursor is.
document.addEventListener("keydown", (event) => {
  const form = document.querySelector("form[data-save]");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// Words selected in a case's text go into the form that marks them, with their place; the signs' names are no text.
document.addEventListener("selectionchange", () => {
  const text = document.querySelector("#marked .text");
  const quote = document.querySelector("#quote");
  const selection = document.getSelection();
  if (!text || !quote || !selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
  const words = (part) => {
    const copy = part.cloneContents();
    copy.querySelectorAll("small").forEach((name) => name.remove());
    return copy.textContent;
  };
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const chosen = words(range);
  // Offsets count characters, as the server does, and a field's value loses the spaces around it.
  document.querySelector("#start").value = Array.from(words(before) + chosen.match(/^\s*/)[0]).length;
  quote.value = chosen.trim();
});
