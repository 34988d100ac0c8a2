"""The look of the wiki, for administrators: four pages beside the sections of settings.

::

    views        colours, fonts, themes       home    the home page, by blocks
    logo         the logo, and what is made of it     lines   menu, foot, partners
    presenters   what all of them show        rows    lines of a form that one moves
    pictures     what was sent, as it may be kept
"""

from wiki.web.admin.look import home, lines, logo, views

__all__ = ["home", "lines", "logo", "views"]
