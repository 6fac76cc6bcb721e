"""How the simulator answers: the API's routes, its powers and its pages, over HTTP.

Imports `pages` and what that imports; nothing of the simulator imports it but `__main__`.
"""
