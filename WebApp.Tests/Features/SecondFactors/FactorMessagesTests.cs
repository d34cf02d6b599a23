using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.EmailCodes;

namespace WebApp.Tests.Features.SecondFactors;

/// <summary>What people read when a second factor is refused.</summary>
public sealed class FactorMessagesTests
{
    [TestCase(180, "your phone's clock is 3 minutes ahead")]
    [TestCase(-180, "your phone's clock is 3 minutes behind")]
    [TestCase(60, "your phone's clock is 1 minute ahead")]
    [TestCase(-90, "your phone's clock is 2 minutes behind")]
    public void A_wrong_clock_is_reported_with_its_direction(int seconds, string expected) =>
        Assert.That(FactorMessages.For(new FactorResult.ClockOff(TimeSpan.FromSeconds(seconds))), Does.Contain(expected));

    [TestCase(899.9, "15 minutes")]
    [TestCase(301, "5 minutes")]
    [TestCase(5, "5 seconds.")]
    [TestCase(7200, "2 hours.")]
    public void A_limit_says_when_to_try_again(double seconds, string expected) =>
        Assert.That(FactorMessages.For(new FactorResult.TooMany(TimeSpan.FromSeconds(seconds))), Does.Contain($"Try again in {expected}"));

    [TestCase(12.2, "another in 13 seconds")]
    [TestCase(3300, "another in 55 minutes")]
    public void A_code_too_soon_says_when_there_is_another(double seconds, string expected) =>
        Assert.That(FactorMessages.TooSoon(TimeSpan.FromSeconds(seconds)), Does.Contain(expected));

    [TestCase("ada@example.org", "a•••@example.org")]
    [TestCase("a@example.org", "a•••@example.org")]
    public void An_address_is_masked_to_its_length_too(string address, string expected) => Assert.That(MaskedAddress.Mask(address), Is.EqualTo(expected));
}
