"""Values to sentences: the only package that holds sentences for people in Slack.

- `language.py` lists every sentence: one protocol for each place where people read the bot.
- `english/` is a language: one module for each protocol. A sentence is a plain function of values;
  a text without values is a constant. A sentence is mrkdwn unless its name ends in `label`,
  `LABEL` or `HINT`; those are plain text.
- `mrkdwn.py` writes names, code and moments alike in every language; `grammar.py` asks Babel for
  plurals, numbers and lists.

Blocks take the language as a value, `Words`, and lay its sentences out. To add a sentence: write
it into its protocol, then into each language; mypy names the language that lacks it. To add a
language: copy `english/`, translate the modules, build the `Words` in its `__init__.py`.
`tests/words/test_marked_language.py` shows that nothing else speaks.
"""
