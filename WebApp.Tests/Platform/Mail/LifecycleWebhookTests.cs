using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Accounts;
using WebApp.Platform.Mail.Webhooks;
using WebApp.Tests.Support;
using WebhookReceiver = WebApp.Tests.Support.WebhookReceiver;

namespace WebApp.Tests.Platform.Mail;

/// <summary>What receivers are told about accounts: signed, once, of the types they asked for, and again after a failure.</summary>
public sealed class LifecycleWebhookTests
{
    private const string Secret = "copper lantern over seven quiet harbours";

    private WebhookReceiver all = null!;
    private WebhookReceiver some = null!;
    private TestApp app = null!;

    private ApiClient Api => new(app);

    [OneTimeSetUp]
    public async Task Start()
    {
        (all, some) = (await WebhookReceiver.StartAsync(), await WebhookReceiver.StartAsync());
        app = await TestApp.StartAsync(settings:
        [
            $"Webhooks:0:Url={all.Url}all?key=1", $"Webhooks:0:Secret={Secret}",
            $"Webhooks:billing:Url={some.Url}", $"Webhooks:billing:Secret={Secret}", "Webhooks:billing:Events=user.created, user.deleted",
        ]);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await app.DisposeAsync();
        await all.DisposeAsync();
        await some.DisposeAsync();
    }

    [Test]
    public async Task The_events_of_an_account_are_sent_signed_and_without_its_address()
    {
        var admin = (await Api.LoginAsync(await app.CreateAdminAsync())).Access;
        var email = $"user-{Guid.NewGuid():N}@example.org";
        var made = await Api.PostAsync("/admin/users", new { email }, admin);
        var id = made.Json.GetProperty("id").GetGuid();
        await Api.PostAsync($"/admin/users/{id}/confirm-email", null, admin);
        await Api.DeleteAsync($"/admin/users/{id}", admin);
        app.Clock.Advance(TimeSpan.FromDays(31));
        await app.Services.GetRequiredService<AccountErasure>().RunAsync(CancellationToken.None);

        await UntilAsync(() => Of(all, id).Count(e => e.Type == "user.deleted") == 2);
        await UntilAsync(() => Of(some, id).Count == 3);
        Assert.That(Of(all, id).Select(e => e.Type), Is.EquivalentTo(["user.created", "user.updated", "user.deleted", "session.ended", "user.deleted"]));
        Assert.That(Of(some, id).Select(e => e.Type), Is.EquivalentTo(["user.created", "user.deleted", "user.deleted"]));
        Assert.That(Of(all, id).Where(e => e.Type == "user.deleted").Select(e => e.Data.GetProperty("erased").GetBoolean()), Is.EquivalentTo([false, true]));
        foreach (var post in all.Received)
        {
            Assert.That(post.Headers["Webhook-Signature"], Is.EqualTo(WebhookSignature.Compute(Encoding.UTF8.GetBytes(Secret), post.Headers["Webhook-Id"], post.Headers["Webhook-Timestamp"], post.Body)));
            Assert.That(Encoding.UTF8.GetString(post.Body), Does.Not.Contain(email));
        }
    }

    [Test]
    public async Task A_registration_a_sign_in_a_new_name_and_a_sign_out_are_sent()
    {
        var email = $"user-{Guid.NewGuid():N}@example.org";
        const string Password = "Copper lantern over the 7 hills!";
        await Api.PostAsync("/auth/register", new { email, password = Password });
        await app.ConfirmAsync(email, Password);
        var tokens = await Api.LoginAsync(new(Guid.Empty, email, Password));
        await Api.PatchAsync("/me", new { display_name = "Ada" }, tokens.Access);
        await Api.PostAsync("/auth/logout", null, tokens.Access);
        var id = await app.QueryAsync<Guid>("SELECT id FROM users WHERE email = $1", email);
        await UntilAsync(() => Of(all, id).Any(e => e.Type == "session.ended"));
        Assert.That(
            Of(all, id).Where(e => !e.Type.StartsWith("alert.", StringComparison.Ordinal)).Select(e => e.Type),
            Is.EquivalentTo(["user.created", "user.signed_in", "user.updated", "session.ended"]));
        Assert.That(Of(all, id).Single(e => e.Type == "session.ended").Data.GetProperty("session_id").GetGuid(), Is.EqualTo(tokens.SessionId));
    }

    [Test]
    public async Task Applications_of_every_session_that_a_password_reset_ends_are_notified_and_a_refused_post_is_sent_again()
    {
        var user = await app.CreateUserAsync();
        await Api.LoginAsync(user);
        var before = all.Received.Count;
        all.Answer = n => n == before ? HttpStatusCode.InternalServerError : HttpStatusCode.NoContent;
        await Api.PostAsync("/auth/logout-everywhere", null, (await Api.LoginAsync(user)).Access);
        await UntilAsync(() => all.Received.Count > before);
        await Patience.UntilAsync(async () =>
        {
            // Until the refused post is due again, whichever it was; no further, or it would be given up before a busy machine has sent it.
            if (await app.QueryAsync<long>("SELECT count(*) FROM outbox_messages WHERE attempts > 0 AND sent_at IS NULL AND failed_at IS NULL AND next_attempt_at > $1", app.Clock.GetUtcNow()) > 0)
            {
                app.Clock.Advance(TimeSpan.FromMinutes(2));
            }

            return Of(all, user.Id).Any(e => e.Type == "session.ended") && all.Received.GroupBy(post => post.Headers["Webhook-Id"]).Any(same => same.Count() == 2);
        });
        Assert.That(Of(all, user.Id).Last(e => e.Type == "session.ended").Data.GetProperty("all_sessions").GetBoolean(), Is.True);
    }

    [Test]
    public async Task The_console_lists_the_receivers_and_sends_a_test()
    {
        using var browser = await PageClient.SignInAsync(app, await app.CreateAdminAsync());
        var page = (await browser.GetAsync("/admin/outbox")).Text;
        Assert.That(page, Does.Contain("data-receiver=\"billing\"").And.Contain(some.Url.Authority).And.Not.Contain(Secret).And.Not.Contain("key=1"));
        await browser.SubmitAsync("/admin/outbox", "/admin/outbox/test-webhook", ("receiver", "billing"));
        await UntilAsync(() => some.Received.Any(post => Type(post) == "test"));
        Assert.That(all.Received.Any(post => Type(post) == "test"), Is.False);
        Assert.That((await browser.GetAsync("/admin/outbox")).Text, Does.Contain("Webhook: billing"));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'test_sent' AND detail = 'webhook billing'"), Is.EqualTo(1));
    }

    [TestCase("Webhooks:0:Url=http://example.org/", "Webhooks:0:Secret=" + Secret, "Webhooks:0:Url")]
    [TestCase("Webhooks:0:Url=https://example.org/", "Webhooks:0:Secret=short", "Webhooks:0:Secret")]
    [TestCase("Webhooks:0:Url=https://example.org/", "Webhooks:0:Events=user.moved", "Webhooks:0:")]
    [TestCase("Webhooks:0:Secret=" + Secret, "Webhooks:0:Events=user.created", "Webhooks:0:Url")]
    public void A_wrong_setting_stops_the_start(string one, string other, string named) => Assert.That(
        async () => await TestApp.StartAsync("Host=unused", null, one, other), Throws.Exception.With.Message.Contains(named));

    private static Task UntilAsync(Func<bool> isSo) => Patience.UntilAsync(() => Task.FromResult(isSo()));

    private static string Type(ReceivedPost post) => JsonDocument.Parse(post.Body).RootElement.GetProperty("type").GetString()!;

    // Each once, however often it was sent.
    private static List<(string Type, JsonElement Data)> Of(WebhookReceiver receiver, Guid user) =>
    [
        .. receiver.Received.DistinctBy(post => post.Headers["Webhook-Id"]).Select(post => JsonDocument.Parse(post.Body).RootElement)
            .Where(body => body.GetProperty("data").TryGetProperty("user_id", out var id) && id.GetGuid() == user)
            .Select(body => (body.GetProperty("type").GetString()!, body.GetProperty("data"))),
    ];
}
