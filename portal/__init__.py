"""The project, and the kernel its apps share."""
