"""Pages for people who follow a link of ours: few words, no script, nothing from anywhere else.

frame.html stands around every page, style.css inside it; `<language>/<page>.html` is a title, a blank line and the
page's own part, with `$placeholders` that layout.py fills. A page is one module here and one row in routes.py.
"""
