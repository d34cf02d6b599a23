using System.Net;
using WebApp.Features.SignIn.DeviceCode;

namespace WebApp.Tests.Features.SignIn.DeviceCode;

public sealed class DeviceConfirmationTests
{
    [TestCase("192.0.2.7", "192.0.2.7", true)]
    [TestCase("192.0.2.7", "192.0.2.8", false)]
    [TestCase("2001:db8:1:2::a", "2001:db8:1:2:f::b", true)]
    [TestCase("2001:db8:1:2::a", "2001:db8:1:3::a", false)]
    [TestCase("192.0.2.7", "2001:db8:1:2::a", null)]
    [TestCase(null, "192.0.2.7", null)]
    public void Networks_are_compared_as_far_as_they_can_be(string? there, string here, bool? same)
    {
        var signIn = new DeviceSignIn { Ip = there is null ? null : IPAddress.Parse(there), CreatedAt = default, ExpiresAt = default, IntervalSeconds = 5 };
        Assert.That(new DeviceConfirmation(signIn, "WDJB-MJHT", "ada@example.org", new(IPAddress.Parse(here), null), 30).SameNetwork, Is.EqualTo(same));
    }
}
