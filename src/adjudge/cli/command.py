"""What all commands have in common."""

from __future__ import annotations

from collections import Counter

import click


class Command(click.Command):
    """A command whose options take each value that is given, or refuse the call."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the call; see `click`.

        Of an option that is given twice, click takes the last and says nothing: a file would not
        be written, or another ruleset decide.
        """
        _, _, given = self.make_parser(ctx).parse_args(list(args))
        if not any(param.is_eager for param in given):
            for param, times in Counter(given).items():
                if times > 1 and isinstance(param, click.Option) and _takes_one(param):
                    name, kind = param.opts[-1], param.metavar or "value"
                    again = "twice" if times == 2 else f"{times} times"
                    ctx.fail(f"`{name}` is given {again}, and takes one {kind}")
        return super().parse_args(ctx, args)


def _takes_one(option: click.Option) -> bool:
    return not (option.multiple or option.is_flag or option.count)
