using System.Net;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;

namespace WebApp.Tests.Platform.Http.Limits;

/// <summary>The budgets themselves, on a clock that stands still until it is moved.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class IpBudgetsTests
{
    private static readonly IPAddress Client = IPAddress.Parse("198.51.100.7");

    [Test]
    public void A_budget_is_spent_and_refills_evenly()
    {
        var clock = new Stopped();
        var budgets = new IpBudgets(60, clock);
        Assert.That(Enumerable.Range(0, 100).Count(_ => budgets.Spend(Client, 1) is null), Is.EqualTo(60));
        Assert.That(budgets.Spend(Client, 1)!.Value.TotalSeconds, Is.EqualTo(1).Within(0.01));
        Assert.That(budgets.Spend(Client, 3)!.Value.TotalSeconds, Is.EqualTo(3).Within(0.01));

        clock.Advance(TimeSpan.FromSeconds(10.5));
        Assert.That(Enumerable.Range(0, 100).Count(_ => budgets.Spend(Client, 1) is null), Is.EqualTo(10));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.That(Enumerable.Range(0, 100).Count(_ => budgets.Spend(Client, 3) is null), Is.EqualTo(20), "never more than a minute's");
    }

    [Test]
    public void What_costs_more_than_there_ever_is_can_be_done_when_the_budget_is_full()
    {
        var budgets = new IpBudgets(1, new Stopped());
        Assert.That(budgets.Spend(Client, 3), Is.Null);
        Assert.That(budgets.Spend(Client, 3)!.Value.TotalMinutes, Is.EqualTo(3).Within(0.01));
    }

    [Test]
    public void Refused_calls_cost_nothing()
    {
        var clock = new Stopped();
        var budgets = new IpBudgets(60, clock);
        for (var i = 0; i < 1000; i++)
        {
            budgets.Spend(Client, 1);
        }

        clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.That(budgets.Spend(Client, 1), Is.Null);
    }

    [Test]
    public void Parallel_callers_have_no_more_than_one()
    {
        var budgets = new IpBudgets(60, new Stopped());
        var granted = 0;
        Parallel.For(0, 10_000, _ => Interlocked.Add(ref granted, budgets.Spend(Client, 1) is null ? 1 : 0));
        Assert.That(granted, Is.EqualTo(60));
    }

    [TestCase("198.51.100.7", "198.51.100.8", false)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff::1", true)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [TestCase("198.51.100.7", "::ffff:198.51.100.7", true)]
    public void Who_shares_a_prefix_shares_a_budget(string one, string other, bool shared)
    {
        var budgets = new IpBudgets(1, new Stopped());
        Assert.That(budgets.Spend(IPAddress.Parse(one), 1), Is.Null);
        Assert.That(budgets.Spend(IPAddress.Parse(other), 1), shared ? Is.Not.Null : Is.Null);
    }

    [Test]
    public void Full_budgets_are_forgotten()
    {
        var clock = new Stopped();
        var budgets = new IpBudgets(60, clock);
        for (var i = 0; i < 1000; i++)
        {
            budgets.Spend(Address(i), 1);
        }

        Assert.That(budgets.Known, Is.EqualTo(1000));
        clock.Advance(TimeSpan.FromSeconds(11));
        budgets.Spend(Client, 1);
        Assert.That(budgets.Known, Is.EqualTo(1));
    }

    [Test]
    public void A_flood_from_ever_new_prefixes_meets_a_bound_and_hits_its_own_network()
    {
        var budgets = new IpBudgets(60, new Stopped(), capacity: 1000);
        budgets.Spend(Client, 1);
        var granted = Enumerable.Range(0, 100_000).Count(i => budgets.Spend(Address(i), 1) is null);

        Assert.That(budgets.Known, Is.EqualTo(1000));
        Assert.That(granted, Is.EqualTo(999 + 600), "those counted apart, and ten budgets for all others of their network");
        Assert.That(budgets.Spend(Client, 1), Is.Null, "known before");
        Assert.That(budgets.Spend(IPAddress.Parse("203.0.113.9"), 1), Is.Null, "of another network");
    }

    [TestCase("198.51.100.7", "198.51.0.0/16")]
    [TestCase("::ffff:198.51.100.7", "198.51.0.0/16")]
    [TestCase("2001:db8:1:2::1", "2001:db8::/32")]
    public void A_network_is_the_first_16_bits_of_IPv4_and_32_of_IPv6(string address, string network) =>
        Assert.That(IpPrefix.NetworkOf(IPAddress.Parse(address)).ToString(), Is.EqualTo(network));

    // The n-th /64 of 2001:db8::/32.
    private static IPAddress Address(int n) => IPAddress.Parse($"2001:db8:{n >> 16:x}:{n & 0xFFFF:x}::1");

    private sealed class Stopped : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan by) => ticks += by.Ticks;
    }
}
