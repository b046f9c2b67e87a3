"""Judges and words: what to do next and how to say it. The judging is pure; the shop edits YAML.

Begin with the values and the tables, then ``decide``, which combines them; the rest when it is needed.

The values: ``state``, ``reading``, ``plan``, ``draft``, ``playbook``, ``numbers``, ``values``.
The tables: ``heat``, ``conflict``, ``eoac``, ``moves``, ``handover``, ``episodes``, ``because`` (every reason).
One turn: ``decide``; what it tells and means: ``understanding``, ``named_outright``, ``facts``, ``meaning``.
Which order: ``order_at_hand``, ``another_order``, ``two_orders``, ``record`` (held against the customer's words).
Which way out: ``picking``, ``half_named``, ``advising``, ``asked_for``, ``undoing``.
The feeling first: ``comfort``, ``causes`` (what it is about), ``owning`` (a promise that was not kept).
The matter: ``exploring``, ``asking``, ``offering`` with ``offers``, ``limits``, ``remedies`` and ``money``, ``doing``,
``amending``, ``standing``, ``confirming``, ``matters`` (from one to the next).
What no way out covers: ``referring`` (put to people).
A question is answered: ``passing``, ``whereabouts``, ``asked_too``, ``in_case``, ``under_way``, ``particulars``,
``by_when``, ``telling``, ``knowledge`` with ``articles``.
Around the matter: ``courtesy``, ``unclear``, ``enclosed`` (files), ``impostors``, ``language``, ``style``.
People: ``escalate``, ``hours``, ``waiting``, ``arranged`` (what they did); ``desk`` guides them.
Coming back: ``comeback``, ``daytime``, ``evidence``.
How customers put it: ``phrases``. What they tell beside the matter: ``circumstances``.
What the shop writes, read and checked: ``book``, ``playbook_check``, ``wording``, ``wording_lint``, ``checked_yaml``.
The judging seen from outside: ``flow`` (read aloud), ``replay`` (with other numbers), ``rasa_policy`` (for Rasa).
"""
