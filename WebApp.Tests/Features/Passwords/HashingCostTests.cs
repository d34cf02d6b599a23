using Microsoft.AspNetCore.Identity;
using WebApp.Features.Passwords;

namespace WebApp.Tests.Features.Passwords;

/// <summary>What is not the password costs a whole hash, so that time does not tell which accounts exist.</summary>
[Platform("Linux")]
[Parallelizable(ParallelScope.All)]
public sealed class HashingCostTests
{
    private const int Factor = 10; // Some 50 ms: the short cuts this looks for would take less than one.

    private static IEnumerable<TestCaseData> NotTheHash()
    {
        yield return new TestCaseData(null, "password").SetName("No account costs a hash");
        yield return new TestCaseData("", "password").SetName("No password costs a hash");
        yield return new TestCaseData("$2b$99$garbage", "password").SetName("Garbage costs a hash");
        yield return new TestCaseData("$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "password").SetName("A work factor out of bounds costs a hash");
        yield return new TestCaseData(Hashers.With(4).Hash("other"), "password").SetName("A cheaper hash costs a whole one");
        yield return new TestCaseData("$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i", "password").SetName("A cheap foreign hash costs a whole one");
        yield return new TestCaseData("$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i", "a\0b").SetName("A NUL before plain bcrypt costs a hash");
        yield return new TestCaseData(new PasswordHasher<string>().HashPassword("", "other"), "password").SetName("A hash of Identity costs a hash");
        yield return new TestCaseData(Hashers.With(Factor).Hash("other"), new string('a', 300)).SetName("Too long a password costs a hash");
        yield return new TestCaseData(Hashers.With(Factor).Hash("other"), "\ud800").SetName("A lone surrogate costs a hash");
        yield return new TestCaseData(Hashers.With(Factor).Hash("other"), "\uFFFE").SetName("A text that cannot be normalized costs a hash");
    }

    [TestCaseSource(nameof(NotTheHash))]
    public void Costs_a_hash(string? stored, string password)
    {
        var hasher = Hashers.With(Factor);
        var ours = hasher.Hash("other");
        Quickest(() => hasher.Verify(stored, password)); // compiled

        var real = Quickest(() => hasher.Verify(ours, "password"));
        var dummy = Quickest(() => hasher.Verify(stored, password));

        // Half is far above any short cut, and far below what a busy neighbour on the core makes of it.
        Assert.That(dummy, Is.GreaterThan(real / 2), $"a hash takes {real.TotalMilliseconds:F1} ms");
    }

    private static TimeSpan Quickest(Func<PasswordVerdict> verify)
    {
        var quickest = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var started = ThreadClock.Now;
            Assert.That(verify(), Is.EqualTo(PasswordVerdict.Wrong));
            var taken = ThreadClock.Now - started;
            quickest = taken < quickest ? taken : quickest;
        }
        return quickest;
    }
}
