using System.Net;
using System.Text.Json;
using WebApp.Platform.Users;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Administration;

/// <summary>What administrators do to accounts, by the API: it happens at once, both sides are on record, nobody reaches above himself.</summary>
public sealed class AccountAdministrationTests : OwnApp
{
    private TestUser administrator = null!;
    private string admin = "";

    [SetUp]
    public async Task SignIn()
    {
        administrator = await App.CreateAdminAsync();
        admin = (await Api.LoginAsync(administrator)).Access;
    }

    [Test]
    public async Task A_locked_account_is_out_at_the_next_request_and_an_unlocked_one_comes_back()
    {
        var user = await App.CreateUserAsync();
        var (browser, tokens) = (await PageClient.SignInAsync(App, user), await Api.LoginAsync(user));
        var token = await Api.CreateTokenAsync(tokens.Access, "profile.read");
        await DoneAsync(user, "lock");
        await DoneAsync(user, "lock"); // Again is no error, and no second mail.
        Assert.That(await browser.IsSignedInAsync(), Is.False);
        Assert.That((await Api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await Api.GetAsync("/me", token)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password })).Code, Is.EqualTo("invalid_credentials"));
        Assert.That((await Api.GetAsync($"/admin/users?query={user.Email}&filter=locked", admin)).Json.GetArrayLength(), Is.EqualTo(1));
        Assert.That(await Mailbox.OfSubjectAsync(user.Email, "Your account was locked", App.BaseAddress), Does.Not.Contain("token="));

        await App.MakeWaitAsync(user.Email, TimeSpan.FromMinutes(15));
        await DoneAsync(user, "unlock");
        await Api.LoginAsync(user);
        Assert.That((await Mailbox.SubjectsAsync(user.Email, App)).Count(subject => subject.StartsWith("Your account was", StringComparison.Ordinal)), Is.EqualTo(2));
        Assert.That(await EventsAsync(user), Is.SupersetOf(new[] { ("account_closed", administrator.Id), ("account_reopened", administrator.Id) }));
        Assert.That(await App.QueryAsync<bool>("SELECT bool_and(ip IS NULL AND user_agent IS NULL) FROM security_events WHERE user_id = $1 AND actor_id IS NOT NULL", user.Id), Is.True, "the owner does not read from where");
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'account_administered' AND ip IS NOT NULL AND session_id IS NOT NULL", administrator.Id), Is.EqualTo(2));
    }

    [Test]
    public async Task Factors_are_taken_away_with_every_session_and_the_owner_can_stop_it()
    {
        var user = await App.CreateMfaUserAsync();
        using var passkey = await SoftPasskey.AddAsync(App, user);
        await App.QueryAsync<object>("INSERT INTO totp_credentials VALUES ($1, '', now(), now(), null)", user.Id);
        await App.QueryAsync<object>("INSERT INTO recovery_codes (id, user_id, code_hash) VALUES (gen_random_uuid(), $1, '')", user.Id);
        var tokens = await Api.LoginWithCodeAsync(App, user);
        await DoneAsync(user, "reset-mfa");
        Assert.That((await Api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));
        Assert.That(
            await App.QueryAsync<long>("SELECT (SELECT count(*) FROM totp_credentials WHERE user_id = $1) + (SELECT count(*) FROM recovery_codes WHERE user_id = $1) + (SELECT count(*) FROM user_passkeys WHERE user_id = $1)", user.Id),
            Is.Zero);
        await Api.LoginAsync(user);
        Assert.That(await EventsAsync(user), Does.Contain(("factors_reset", administrator.Id)));
        Assert.That((await Mailbox.NewestAsync(user.Email, "/not-me", App.BaseAddress)).Token, Is.Not.Empty);
    }

    [Test]
    public async Task A_reset_link_goes_to_the_owner_alone_and_changes_nothing_until_it_is_used()
    {
        var user = await App.CreateUserAsync();
        var answer = await Api.PostAsync($"/admin/users/{user.Id}/send-password-reset", null, admin);
        Assert.That((answer.Status, answer.Text), Is.EqualTo((HttpStatusCode.NoContent, "")));
        Assert.That((await Api.PostAsync($"/admin/users/{user.Id}/send-password-reset", null, admin)).Code, Is.EqualTo("conflict"), "not twice a minute");
        await Api.LoginAsync(user);
        var mail = await Mailbox.NewestAsync(user.Email, "/reset-password", App.BaseAddress);
        Assert.That((await Api.PostAsync("/auth/reset-password", new { token = mail.Token, new_password = "Copper lantern over the 7 hills!" })).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await Api.PatchAsync($"/admin/users/{user.Id}", new { display_name = "Ada", password = "Velvet harbour 7 morning!", password_hash = "x", email = "x@example.org" }, admin)).Status, Is.EqualTo(HttpStatusCode.OK));
        await Api.LoginAsync(user with { Password = "Copper lantern over the 7 hills!" });
    }

    [Test]
    public async Task Ending_sessions_ends_all_and_a_new_name_is_seen_at_once()
    {
        var user = await App.CreateUserAsync();
        var (browser, tokens) = (await PageClient.SignInAsync(App, user), await Api.LoginAsync(user));
        Assert.That((await Api.PatchAsync($"/admin/users/{user.Id}", new { display_name = "Ada" }, admin)).Json.GetProperty("display_name").GetString(), Is.EqualTo("Ada"));
        Assert.That((await Api.GetAsync("/me", tokens.Access)).Json.GetProperty("display_name").GetString(), Is.EqualTo("Ada"));
        await DoneAsync(user, "revoke-sessions");
        Assert.That(await browser.IsSignedInAsync(), Is.False);
        Assert.That((await Api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));
        var detail = (await Api.GetAsync($"/admin/users/{user.Id}", admin)).Json;
        Assert.That(detail.GetProperty("sessions").GetArrayLength(), Is.Zero);
        Assert.That(detail.GetProperty("events").EnumerateArray().Select(e => (e.GetProperty("kind").GetString(), Actor(e))), Is.SupersetOf(new[] { ("signed_out_everywhere", administrator.Id.ToString()), ("name_changed", $"{administrator.Id}") }));
    }

    [Test]
    public async Task Nobody_reaches_above_himself_nor_at_himself()
    {
        var (helper, _) = await App.CreateUserWithAsync(Permission.UsersRead, Permission.UsersWrite);
        var (richer, _) = await App.CreateUserWithAsync(Permission.KeysWrite);
        var (access, token) = ((await Api.LoginAsync(helper)).Access, await Api.CreateTokenAsync(admin, Permission.UsersWrite));
        var victim = await App.CreateAdminAsync();
        var theirs = (await Api.LoginAsync(victim)).Access;
        foreach (var act in new[] { "lock", "unlock", "reset-mfa", "send-password-reset", "revoke-sessions" })
        {
            Assert.That((await Api.PostAsync($"/admin/users/{victim.Id}/{act}", null, access)).Code, Is.EqualTo("forbidden"), act);
            Assert.That((await Api.PostAsync($"/admin/users/{richer.Id}/{act}", null, access)).Code, Is.EqualTo("forbidden"), act);
            Assert.That((await Api.PostAsync($"/admin/users/{victim.Id}/{act}", null, token)).Code, Is.EqualTo("reauthentication_required"), $"{act}: no API token was authenticated lately");
            Assert.That((await Api.PostAsync($"/admin/users/{helper.Id}/{act}", null, access)).Code, Is.EqualTo("conflict"), act);
        }

        Assert.That((await Api.GetAsync("/me", theirs)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.PatchAsync($"/admin/users/{victim.Id}", new { display_name = "x" }, access)).Code, Is.EqualTo("forbidden"));
        Assert.That((await Api.PostAsync($"/admin/users/{(await App.CreateUserAsync()).Id}/lock", null, access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await Api.PostAsync($"/admin/users/{victim.Id}/lock", null, admin)).Status, Is.EqualTo(HttpStatusCode.NoContent), "an administrator may");
    }

    [Test]
    public async Task A_search_finds_by_pieces_and_takes_no_wildcards()
    {
        var mark = $"{Guid.NewGuid():N}";
        var (ada, _) = (await App.CreateUserAsync($"Ada {mark} 100%_"), await App.CreateUserAsync($"Grace {mark}"));
        Assert.That(await CountAsync(mark), Is.EqualTo(2));
        Assert.That(await CountAsync(mark.ToUpperInvariant()), Is.EqualTo(2));
        Assert.That(await CountAsync($"Ada {mark}"), Is.EqualTo(1));
        Assert.That(await CountAsync(ada.Email[2..]), Is.EqualTo(1));
        Assert.That(await CountAsync($"{mark} 100%_"), Is.EqualTo(1));
        Assert.That(await CountAsync($"{mark[..8]}%{mark[16..]}"), Is.Zero);
        Assert.That((await Api.GetAsync("/admin/users?page=0", admin)).Code, Is.EqualTo("validation_failed"));
        Assert.That((await Api.GetAsync("/admin/users?filter=x", admin)).Code, Is.EqualTo("validation_failed"));
        Assert.That((await Api.GetAsync("/admin/users?page=2000000000", admin)).Json.GetArrayLength(), Is.Zero);
        Assert.That((await Api.GetAsync($"/admin/users?query={administrator.Email}&filter=admins", admin)).Json.GetArrayLength(), Is.EqualTo(1));
        Assert.That((await Api.GetAsync($"/admin/users?query={mark}&filter=admins", admin)).Json.GetArrayLength(), Is.Zero);
        Assert.That((await Api.GetAsync($"/admin/users?query={mark}&filter=no-second-factor", admin)).Json.GetArrayLength(), Is.EqualTo(2));
    }

    private static string? Actor(JsonElement entry) => entry.GetProperty("actor_id").GetString();

    private async Task<int> CountAsync(string query) => (await Api.GetAsync($"/admin/users?query={Uri.EscapeDataString(query)}", admin)).Json.GetArrayLength();

    private async Task DoneAsync(TestUser user, string act)
    {
        var answer = await Api.PostAsync($"/admin/users/{user.Id}/{act}", null, admin);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.NoContent), answer.Text);
    }

    private async Task<(string, Guid)[]> EventsAsync(TestUser user)
    {
        var rows = (await App.QueryAsync<string[]>("SELECT array_agg(kind || ' ' || actor_id) FROM security_events WHERE user_id = $1 AND actor_id IS NOT NULL", user.Id))!;
        return [.. rows.Select(row => (row.Split(' ')[0], Guid.Parse(row.Split(' ')[1])))];
    }
}
