using Microsoft.Extensions.Options;
using WebApp.Features.Tokens;

namespace WebApp.Tests.Features.Tokens;

[Parallelizable(ParallelScope.All)]
public sealed class SigningKeyScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SigningKeySchedule Schedule = new(Options.Create(new TokenOptions()));

    [Test]
    public void The_first_key_signs_from_the_second_it_is_made()
    {
        var plan = Schedule.Plan([], Start.AddMilliseconds(700));
        Assert.That(plan.Announce, Is.EqualTo(Start));
        Assert.That(plan.Retire, Is.Empty);
    }

    [Test]
    public void Nothing_is_done_until_a_day_and_an_hour_before_the_rotation()
    {
        var rows = new[] { Key("a", Start) };
        Assert.That(Schedule.Plan(rows, Start).IsEmpty, Is.True);
        Assert.That(Schedule.Plan(rows, Start.AddDays(29).AddHours(-1).AddSeconds(-1)).IsEmpty, Is.True);
        Assert.That(Schedule.Plan(rows, Start.AddDays(29).AddHours(-1)).Announce, Is.EqualTo(Start.AddDays(30)));
        Assert.That(Schedule.Plan(rows, Start.AddDays(29)).Announce, Is.EqualTo(Start.AddDays(30)));
    }

    [Test]
    public void The_old_key_verifies_until_its_last_token_has_run_out()
    {
        var plan = Schedule.Plan([Key("a", Start)], Start.AddDays(29));
        Assert.That(plan.Retire, Is.EqualTo(new[] { ("a", Start.AddDays(30) + Schedule.Overlap) }));
        Assert.That(Schedule.Overlap, Is.GreaterThanOrEqualTo(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void A_successor_is_announced_once()
    {
        var rows = new[] { Key("a", Start, Start.AddDays(30) + Schedule.Overlap), Key("b", Start.AddDays(30)) };
        Assert.That(Schedule.Plan(rows, Start.AddDays(29)).IsEmpty, Is.True);
        Assert.That(Schedule.Plan(rows, Start.AddDays(31)).IsEmpty, Is.True);
    }

    [Test]
    public void After_a_long_stop_the_notice_is_kept_all_the_same()
    {
        var now = Start.AddDays(90);
        Assert.That(Schedule.Plan([Key("a", Start)], now).Announce, Is.EqualTo(now.AddDays(1)));
    }

    [Test]
    public void Rotation_on_request_takes_minutes_and_asking_twice_is_asking_once()
    {
        var now = Start.AddDays(3);
        var plan = Schedule.Plan([Key("a", Start)], now, rotate: true);
        Assert.That(plan.Announce, Is.EqualTo(now + SigningKeySchedule.ShortNotice));
        Assert.That(plan.Retire, Is.EqualTo(new[] { ("a", now + SigningKeySchedule.ShortNotice + Schedule.Overlap) }));

        var after = new[] { Key("a", Start, plan.Retire[0].RetiresAt), Key("b", plan.Announce!.Value) };
        Assert.That(Schedule.Plan(after, now.AddSeconds(2), rotate: true).IsEmpty, Is.True);
    }

    [Test]
    public void Rotation_on_request_goes_before_one_announced_and_brings_no_retirement_forward()
    {
        var retires = Start.AddDays(30) + Schedule.Overlap;
        var rows = new[] { Key("a", Start, retires), Key("b", Start.AddDays(30)) };
        var now = Start.AddDays(29).AddHours(2);
        var plan = Schedule.Plan(rows, now, rotate: true);
        Assert.That(plan.Announce, Is.EqualTo(now + SigningKeySchedule.ShortNotice));
        Assert.That(plan.Retire, Is.Empty);
    }

    [Test]
    public void Longer_lived_refresh_tokens_put_a_retirement_off()
    {
        var longer = new SigningKeySchedule(Options.Create(new TokenOptions { RefreshTokenDays = 60 }));
        var rows = new[] { Key("a", Start, Start.AddDays(30) + Schedule.Overlap), Key("b", Start.AddDays(30)) };
        Assert.That(longer.Plan(rows, Start.AddDays(31)).Retire, Is.EqualTo(new[] { ("a", Start.AddDays(30) + longer.Overlap) }));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    [TestCase(30)]
    public void Over_a_thousand_days_some_key_signs_every_hour_and_verifies_as_long_as_its_tokens_live(int rotationDays)
    {
        var options = new TokenOptions { KeyRotationDays = rotationDays };
        var schedule = new SigningKeySchedule(Options.Create(options));
        List<SigningKeyRow> rows = [];
        var made = 0;
        for (var now = Start; now < Start.AddDays(1000); now = now.AddHours(1))
        {
            var plan = schedule.Plan(rows, now);
            rows.RemoveAll(row => plan.Forget.Contains(row.Id));
            foreach (var (id, retires) in plan.Retire)
            {
                rows.Single(row => row.Id == id).RetiresAt = retires;
            }

            if (plan.Announce is { } activates)
            {
                Assert.That(made == 0 || activates - now >= schedule.Notice, "announced in time");
                rows.Add(Key($"key-{made++}", activates, created: now));
            }

            var signing = rows.Where(row => row.ActivatesAt <= now).MaxBy(row => row.ActivatesAt)!;
            Assert.That(signing.RetiresAt is null || signing.RetiresAt >= now + options.RefreshTokenLifetime + options.ClockSkew, "outlives what it signs");
            Assert.That(now - signing.ActivatesAt, Is.LessThan(TimeSpan.FromDays(rotationDays)), "rotated in time");
        }

        Assert.That(made, Is.InRange(1000 / rotationDays, (1000 / rotationDays) + 2));
        Assert.That(rows, Has.Count.LessThan(45), "retired rows go");
    }

    private static SigningKeyRow Key(string id, DateTimeOffset activates, DateTimeOffset? retires = null, DateTimeOffset? created = null) =>
        new() { Id = id, Secret = [], CreatedAt = created ?? activates, ActivatesAt = activates, RetiresAt = retires };
}
