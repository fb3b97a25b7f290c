"""Problems: the lists, one problem's page, and what units and the office do about it."""
