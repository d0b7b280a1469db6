"""The numbers that decide what counts as a sign, each with its reason.

What is measured with them stands in docs/operations.md, “How alerts decide”.
"""

from collections.abc import Mapping

HISTORY_DAYS = 84
"""Twelve weeks: twelve Mondays tell a Monday's hours; what is older belongs to another season."""

RECENT_DAYS = 14
"""How far back a silence is followed. By then it has become the usual, and the sign ends."""

LEAST_HISTORY_DAYS = 14
"""Nothing is said of a site, number or tag that is younger: each weekday has to be seen twice."""

A_QUARTER_DAYS = 91

FALSE_ALARMS: Mapping[str, float] = {
    "all": 0.25,
    "webhook": 0.2,
    "site": 0.3,
    "script": 0.4,
    "kind": 0.5,
    "number": 0.6,
    "tag": 0.5,
    "source": 0.4,
    "calls": 0.2,
    "quarantined": 0.1,
    "losses": 0.1,
}
"""How many a quarter each group of watches may raise by the formula, a site. Their sum is over one,
and the measured number is far below: most gaps that are rare enough end before anybody looks, and
what stands under a broader silence is not told. A group's budget is shared by its members as their
leads are: each pause between two leads has the same chance to be taken for a silence."""

LEAST_A_QUARTER = 40
"""Leads a quarter, three a week: what has fewer says nothing within two weeks of silence."""

LEVEL_KEEPS = 0.85
"""The level of a day counts that much less each day later: it remembers about a week, so that a
season's change is followed within days and a bad Monday is not taken for a new level."""

LEVEL_FIRMNESS = 4.0
"""Leads' worth of trust in twelve weeks' mean, beside what the last week has brought."""

LEAST_SPREAD = 0.02
"""Of the variance of days beyond chance: nobody's days are steadier than 14 %."""

SMALL_SPREAD = 0.04
"""Of what has too few leads to measure it: 20 %."""

MOST_SPREAD = 0.5
TRIMMED_SHARE = 0.07
"""Of the days, the oddest are left out when the spread is measured: they may be outages."""

MEASURED_FROM = 5.0
"""Leads a day from which the spread of days can be told from chance."""

UNUSUAL_SHARE = 0.4
UNUSUAL_SPREAD = 0.65
"""A holiday, a moved day or an exception of one's own: some two fifths of a usual day, and anything
between nothing and all of it is possible, until the day itself has shown what it is like."""

NEAR_DAYS = 3
NEAR_SPREAD = 0.16
"""Days near to such a day are bridged or made up for: 40 % more or less."""

UNLIKE = 3.0
UNLIKE_FIRMNESS = 4.0
"""A day whose leads are three times as far from the usual as days are is a day of its own: its
level is what its own leads say. Advertising has been switched off, or a sale has begun."""

MOST_LEVEL = 1.5
"""A day is taken to be at most so much busier than usual, by what goes on beside a silence."""

GOES_ON = 2.0
"""Others due since the last one of a whole, from which the whole may be silent, too: one in seven
such pauses is chance. Wait for the next look: either one comes, or the whole is told."""

OTHERS_DUE = 4.0
"""Others due, from which a silence of all sites is no longer that of the biggest alone, while by
chance none of the others came: that is as rare as one in fifty."""

DOUBT = 5.0
"""Of a silence of all sites while the others than the biggest may be silent by chance: the rarity
beyond which it is told all the same."""

SHAPE_LEADS = 20.0
"""Leads after which the hours of a day are believed more than those of what they are part of."""

SHAPE_WEEKS = 0.5
"""Weeks that the whole's weekdays count for, beside one's own: enough that a weekday without any is
not held to be impossible, little enough that advertising which rests at weekends is soon known."""

STOPPED_ODDS = 20.0
"""Of a tag that is gone: how much likelier the count of all leads must be without those with the
tag than with them, to say that they have stopped rather than lost it."""

LAST_OF = (6, 9, 14, 20, 30, 50, 100)
"""Of so many of the latest, how many are slow, not understood or show losses."""

TRIES_A_RUN = 3.0
"""What seven lengths count for: most are made of the same calls."""

LONG_WAIT_QUANTILE = 0.9
LONG_SHARE = 0.16
"""A wait longer than nine in ten is long. On a busy day half as many again are. Only calls that
were answered count: who rings at night or on a holiday waits in vain, and longer."""

LATE_QUANTILE = 0.98
LATE_END_SHARE = 0.04
LEAST_LATE_MINUTES = 5.0
"""Ends of calls later than 98 in 100 are late, if it is not a matter of a few minutes."""

LEAST_ODD_SHARE = 0.01
"""A usual share that is smaller is measured badly."""

ENDS_WAIT_HOURS = 1.5
"""So long after the last end that came, it is said that none come any more: until then they may be
only late."""

FRESH_MINUTES = 20.0
"""Later than this, and than is usual, a lead has not come by itself: it was sent again."""

LATE_SHARE = 0.3
"""Of the leads usual in a silence, as many have come late: then they are late, and not lost."""
