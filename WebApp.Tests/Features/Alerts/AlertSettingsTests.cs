using System.Net;
using WebApp.Features.Audit;
using WebApp.Platform.Mail.Webhooks;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Alerts;

/// <summary>What may be configured, and what the webhook's receiver can make of it.</summary>
public sealed class AlertSettingsTests
{
    [TestCase("Alerts:Webhook:Url", "Alerts:Webhook:Url=http://example.org/hook", "Alerts:Webhook:Secret=" + AlertScene.Secret)]
    [TestCase("Alerts:Webhook:Url", "Alerts:Webhook:Url=https://user:pw@example.org/hook", "Alerts:Webhook:Secret=" + AlertScene.Secret)]
    [TestCase("Alerts:Webhook:Secret", "Alerts:Webhook:Url=https://example.org/hook", "Alerts:Webhook:Secret=short")]
    [TestCase("Alerts:Webhook:Secret", "Alerts:Webhook:Url=https://example.org/hook", "Alerts:Webhook:Secret=whsec_c2hvcnQ=")]
    [TestCase("Alerts:WindowMinutes", "Alerts:DigestMinutes=0")]
    [TestCase("Alerts:AccountsPerAddress", "Alerts:AccountsPerAddress=1")]
    [TestCase("Alerts:ToUser", "Alerts:ToUser=512")]
    [TestCase("Alerts:ToUser", "Alerts:ToUser=Everything")]
    [TestCase("Admin:AlertEmails", "Admin:AlertEmails=ada@example.net, Eve <eve@example.net>")]
    [TestCase("Sessions:Binding", "Sessions:Binding=7")]
    [TestCase("Telemetry:OtlpEndpoint", "Telemetry:OtlpEndpoint=collector")]
    public async Task A_wrong_value_stops_the_start_and_names_its_key(string key, params string[] settings)
    {
        var failure = await Assert.CatchAsync(async () => await TestApp.StartAsync("Host=127.0.0.1;Port=1", settings: settings));
        Assert.That(failure!.Message, Does.Contain(key).And.Not.Contain(AlertScene.Secret));
    }

    [Test]
    public void The_secret_does_not_print_and_both_ways_to_write_it_are_read()
    {
        var text = new WebhookOptions { Secret = AlertScene.Secret };
        Assert.That(text.ToString(), Does.Not.Contain(AlertScene.Secret));
        Assert.That(new WebhookOptions { Secret = "whsec_" + Convert.ToBase64String(text.Key()) }.Key(), Is.EqualTo(text.Key()));
    }

    [Test]
    public void The_signature_is_the_one_of_the_specification()
    {
        // The example of standardwebhooks.com's reference libraries.
        var key = new WebhookOptions { Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }.Key();
        var signature = WebhookSignature.Compute(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", """{"test": 2432232314}"""u8.ToArray());
        Assert.That(signature, Is.EqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    [TestCase(HttpStatusCode.Gone, 1)]
    [TestCase(HttpStatusCode.Redirect, 2)]
    [TestCase(HttpStatusCode.TooManyRequests, 2)]
    [TestCase(HttpStatusCode.RequestTimeout, 2)]
    public async Task A_refusal_is_final_unless_it_may_change_and_no_redirect_is_followed(HttpStatusCode first, int posts)
    {
        await using var scene = await AlertScene.StartAsync("Alerts:AccountsPerAddress=2");
        scene.Receiver.Answer = attempt => attempt == 0 ? first : HttpStatusCode.OK;
        await scene.FailAsync("192.0.2.1", "one");
        await scene.FailAsync("192.0.2.1", "other");
        await scene.AllSentAsync();
        Assert.That(scene.Receiver.Received, Has.Count.EqualTo(posts));
        Assert.That(scene.Receiver.Received.Select(post => post.Path), Is.All.EqualTo("/"));
        Assert.That(await scene.App.QueryAsync<long>("SELECT count(*) FROM outbox_messages WHERE channel = 'webhook' AND (failed_at IS NOT NULL OR sent_at IS NOT NULL AND body IS NULL)"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_not_wanted_is_not_sent_and_still_recorded()
    {
        await using var scene = await AlertScene.StartAsync("Alerts:AddressesPerAccount=2", "Alerts:ToUser=None", "Alerts:ToAdministrators=NewDevice, ClientChanged", "Alerts:ToWebhook=None");
        var user = await scene.App.CreateUserAsync();
        await scene.FailAsync("192.0.2.1", "account", user.Id);
        await scene.FailAsync("192.0.2.2", "account", user.Id);
        Assert.That(await scene.EventsAsync(SecurityEventKind.ManyAddressesTried), Is.EqualTo(1));
        Assert.That(await scene.App.QueryAsync<long>("SELECT count(*) FROM outbox_messages"), Is.Zero);
    }
}
