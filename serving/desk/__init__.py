"""The desk of a 110 operator: a console in the browser and a store of cases."""
