using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Admin;

/// <summary>What waits and what failed, and another try.</summary>
public sealed class OutboxPageTests() : OwnApp
{
    private TestUser admin = null!;
    private PageClient browser = null!;

    [OneTimeSetUp]
    public async Task SetTheScene()
    {
        admin = await App.CreateAdminAsync();
        browser = await PageClient.SignInAsync(App, admin);
    }

    [Test]
    public async Task One_that_failed_is_sent_when_it_is_tried_again()
    {
        var (email, id) = await FailedAsync();
        var page = (await browser.GetAsync("/admin/outbox?state=failed")).Text;
        Assert.That(page, Does.Contain($"data-message=\"{id}\"").And.Contain("550 relay denied").And.Not.Contain(email));
        await browser.SubmitAsync("/admin/outbox", $"/admin/outbox/{id}/retry");
        await Patience.UntilAsync(() => App.QueryAsync<bool>("SELECT sent_at IS NOT NULL FROM outbox_messages WHERE id = $1", id));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'mail_retried' AND user_id = $1 AND detail = $2", admin.Id, $"message {id}"), Is.EqualTo(1));
    }

    [Test]
    public async Task All_that_failed_are_sent_except_those_whose_text_is_gone()
    {
        var (kept, gone) = ((await FailedAsync()).Id, (await FailedAsync()).Id);
        await App.QueryAsync<object>("UPDATE outbox_messages SET body = NULL WHERE id = $1", gone);
        await browser.SubmitAsync("/admin/outbox", "/admin/outbox/retry-failed");
        await Patience.UntilAsync(() => App.QueryAsync<bool>("SELECT sent_at IS NOT NULL FROM outbox_messages WHERE id = $1", kept));
        Assert.That(await App.QueryAsync<bool>("SELECT failed_at IS NOT NULL AND sent_at IS NULL FROM outbox_messages WHERE id = $1", gone), Is.True);
        await browser.SubmitAsync("/admin/outbox", $"/admin/outbox/{gone}/retry");
        Assert.That((await browser.GetAsync("/admin/outbox")).Text, Does.Contain("There is nothing to send again"));
    }

    [Test]
    public async Task The_call_reports_how_many_and_which_and_no_recipient()
    {
        var (email, id) = await FailedAsync();
        var answer = await Api.GetAsync("/admin/outbox?state=failed&limit=1", (await Api.LoginAsync(admin)).Access);
        var message = answer.Json.GetProperty("messages").EnumerateArray().Single();
        Assert.That(answer.Json.GetProperty("failed").GetInt64(), Is.GreaterThanOrEqualTo(1));
        Assert.That(
            (message.GetProperty("id").GetGuid(), message.GetProperty("state").GetString(), message.GetProperty("channel").GetString(), message.GetProperty("last_error").GetString(), message.GetProperty("attempts").GetInt32()),
            Is.EqualTo((id, "failed", "mail", "550 relay denied", 3)));
        Assert.That(answer.Text, Does.Not.Contain(email).And.Not.Contain("body"));
        Assert.That((await Api.GetAsync("/admin/outbox?state=lost", (await Api.LoginAsync(admin)).Access)).Code, Is.EqualTo("validation_failed"));
    }

    [Test]
    public async Task One_whose_link_expired_says_so_and_cannot_be_tried_again()
    {
        var (_, id) = await FailedAsync();
        await App.QueryAsync<object>("UPDATE outbox_messages SET expired = true, body = NULL WHERE id = $1", id);
        var page = (await browser.GetAsync("/admin/outbox?state=expired")).Text;
        Assert.That(page, Does.Contain($"data-message=\"{id}\"").And.Contain("Password reset").And.Contain("because its code or link had stopped working").And.Not.Contain($"/admin/outbox/{id}/retry"));
        Assert.That((await browser.GetAsync("/admin/outbox?state=failed")).Text, Does.Not.Contain($"{id}"));

        var answer = await Api.GetAsync("/admin/outbox?state=expired&limit=1", (await Api.LoginAsync(admin)).Access);
        var message = answer.Json.GetProperty("messages").EnumerateArray().Single();
        Assert.That(answer.Json.GetProperty("expired").GetInt64(), Is.GreaterThanOrEqualTo(1));
        Assert.That(
            (message.GetProperty("id").GetGuid(), message.GetProperty("state").GetString(), message.GetProperty("priority").GetString()),
            Is.EqualTo((id, "expired", "link")));
    }

    /// <summary>A mail that a server refused.</summary>
    private async Task<(string Email, Guid Id)> FailedAsync()
    {
        var user = await App.CreateUserAsync();
        await Api.PostAsync("/auth/forgot-password", new { email = user.Email });
        var newest = "SELECT id FROM outbox_messages ORDER BY id DESC LIMIT 1";
        var id = await App.QueryAsync<Guid>(newest);
        await Patience.UntilAsync(() => App.QueryAsync<bool>("SELECT sent_at IS NOT NULL FROM outbox_messages WHERE id = $1", id));
        await App.QueryAsync<object>("UPDATE outbox_messages SET sent_at = NULL, failed_at = now(), last_error = '550 relay denied', attempts = 3 WHERE id = $1", id);
        return (user.Email, id);
    }
}
