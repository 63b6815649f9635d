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
