using System.Net;
using System.Text.Json;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Stories;

/// <summary>The whole story with nothing but an HTTP client. What holds for every answer, <see cref="ApiClient"/> checks by itself.</summary>
public sealed class ApiStoryTests
{
    private readonly ApiClient api = new(TestApp.Shared);

    private static TestUser Stranger => new(Guid.Empty, $"api-story-{Guid.NewGuid():N}@example.org", TestUser.NewPassword());

    [Test]
    public async Task A_client_registers_confirms_by_link_signs_in_refreshes_and_signs_out()
    {
        var user = Stranger;
        await RegisterAsync(user);
        await RefusesAsync("/auth/login", new { email = user.Email, password = user.Password }, "invalid_credentials");

        var mail = await Mailbox.NewestAsync(user.Email, "/confirm-email");
        AssertDone(await api.PostAsync("/auth/confirm-email", new { token = mail.Token, password = user.Password }));
        await RefusesAsync("/auth/confirm-email", new { token = mail.Token, password = user.Password }, "invalid_code");

        var login = await api.PostAsync("/auth/login", new { email = user.Email, password = user.Password, device_name = "A test" });
        AssertTokens(login, "device_token");
        var first = login.Tokens;
        Assert.That((await api.GetAsync("/me", first.Access)).Status, Is.EqualTo(HttpStatusCode.OK));

        var refreshed = await api.PostAsync("/auth/refresh", new { refresh_token = first.Refresh });
        AssertTokens(refreshed);
        var second = refreshed.Tokens;
        Assert.That(second.SessionId, Is.EqualTo(first.SessionId));
        Assert.That(second.Refresh, Is.Not.EqualTo(first.Refresh));
        Assert.That((await api.GetAsync("/me", second.Access)).Status, Is.EqualTo(HttpStatusCode.OK));

        AssertDone(await api.PostAsync("/auth/logout", null, second.Access));
        await AssertEndedAsync(first);
        await AssertEndedAsync(second);
        await RefusesAsync("/auth/logout", null, "token_revoked", second.Access);
    }

    [Test]
    public async Task An_address_is_confirmed_by_the_mailed_code_too()
    {
        var user = Stranger;
        await RegisterAsync(user);
        var mail = await Mailbox.NewestAsync(user.Email, "/confirm-email");
        await RefusesAsync("/auth/confirm-email", new { email = user.Email, code = Other(mail.Code), password = user.Password }, "invalid_code");
        await RefusesAsync("/auth/confirm-email", new { email = Stranger.Email, code = mail.Code, password = user.Password }, "invalid_code");
        AssertDone(await api.PostAsync("/auth/confirm-email", new { email = user.Email.ToUpperInvariant(), code = $" {mail.Code[..4]} {mail.Code[4..]}", password = user.Password }));
        await RefusesAsync("/auth/confirm-email", new { email = user.Email, code = mail.Code, password = user.Password }, "invalid_code");
        await api.LoginAsync(user);
    }

    [Test]
    public async Task Me_returns_all_that_is_documented_and_accepts_a_new_name()
    {
        var user = await TestApp.Shared.CreateUserAsync("Ada");
        var tokens = await api.LoginAsync(user);
        var me = await api.GetAsync("/me", tokens.Access);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Answer.Members(me.Json), Is.EqualTo(
                ["id", "email", "email_verified", "display_name", "roles", "permissions", "groups", "mfa_enabled", "authentication"]));
            Assert.That(me.Json.GetProperty("id").GetGuid(), Is.EqualTo(user.Id));
            Assert.That(me.Json.GetProperty("email").GetString(), Is.EqualTo(user.Email));
            Assert.That(me.Json.GetProperty("email_verified").GetBoolean(), Is.True);
            Assert.That(me.Json.GetProperty("display_name").GetString(), Is.EqualTo("Ada"));
            Assert.That(me.Json.GetProperty("roles").GetRawText(), Is.EqualTo("""["user"]"""));
            Assert.That(me.Json.GetProperty("permissions").ValueKind, Is.EqualTo(JsonValueKind.Array));
            Assert.That(me.Json.GetProperty("groups").GetRawText(), Is.EqualTo("[]"));
            Assert.That(me.Json.GetProperty("mfa_enabled").GetBoolean(), Is.False);
        }

        var how = me.Json.GetProperty("authentication");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Answer.Members(how), Is.EqualTo(["kind", "session_id", "amr", "authenticated_at", "expires_at"]));
            Assert.That(how.GetProperty("kind").GetString(), Is.EqualTo("access_token"));
            Assert.That(how.GetProperty("session_id").GetGuid(), Is.EqualTo(tokens.SessionId));
            Assert.That(how.GetProperty("amr").GetRawText(), Is.EqualTo("""["pwd"]"""));
            Assert.That(Time(how, "expires_at"), Is.EqualTo(DateTimeOffset.UtcNow.AddMinutes(15)).Within(TimeSpan.FromMinutes(1)));
            Assert.That(Time(how, "authenticated_at"), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
        }

        var renamed = await api.SendAsync(HttpMethod.Patch, "/me", new { display_name = "  Ada Lovelace " }, tokens.Access);
        Assert.That(renamed.Json.GetProperty("display_name").GetString(), Is.EqualTo("Ada Lovelace"));
        Assert.That((await api.GetAsync("/me", tokens.Access)).Text, Is.EqualTo(renamed.Text));
        var nameless = await api.SendAsync(HttpMethod.Patch, "/me", new { display_name = (string?)null }, tokens.Access);
        Assert.That(nameless.Json.GetProperty("display_name").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Sessions_are_listed_and_ended_one_and_all_others()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var (here, there, elsewhere) = (await api.LoginAsync(user, "Here"), await api.LoginAsync(user, "There"), await api.LoginAsync(user));
        var list = await api.GetAsync("/sessions", here.Access);
        var sessions = list.Json.EnumerateArray().ToArray();
        Assert.That(sessions, Has.Length.EqualTo(3));
        Assert.That(sessions.Select(s => string.Join(' ', Answer.Members(s))), Is.All.EqualTo(
            "id kind device ip created_at last_seen_at expires_at current"));
        Assert.That(sessions[0].GetProperty("id").GetGuid(), Is.EqualTo(here.SessionId));
        Assert.That(sessions.Select(s => s.GetProperty("current").GetBoolean()), Is.EqualTo([true, false, false]));
        Assert.That(sessions.Select(s => s.GetProperty("kind").GetString()), Is.All.EqualTo("api"));
        Assert.That(sessions[0].GetProperty("device").GetString(), Is.EqualTo("Here"));
        Assert.That(sessions[0].GetProperty("ip").GetString(), Is.EqualTo("127.0.0.1"));
        Assert.That(Time(sessions[0], "expires_at"), Is.EqualTo(DateTimeOffset.UtcNow.AddDays(7)).Within(TimeSpan.FromMinutes(1)));

        AssertDone(await api.DeleteAsync($"/sessions/{there.SessionId}", here.Access));
        await AssertEndedAsync(there);
        Assert.That((await api.DeleteAsync($"/sessions/{there.SessionId}", here.Access)).Code, Is.EqualTo("not_found"));

        AssertDone(await api.DeleteAsync("/sessions", here.Access));
        await AssertEndedAsync(elsewhere);
        Assert.That((await api.GetAsync("/sessions", here.Access)).Json.GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Nobody_ends_the_session_of_another()
    {
        var victim = await api.LoginAsync(await TestApp.Shared.CreateUserAsync());
        var other = await api.LoginAsync(await TestApp.Shared.CreateUserAsync());
        Assert.That((await api.DeleteAsync($"/sessions/{victim.SessionId}", other.Access)).Code, Is.EqualTo("not_found"));
        AssertDone(await api.DeleteAsync("/sessions", other.Access));
        Assert.That((await api.GetAsync("/me", victim.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_forgotten_password_is_replaced_and_everything_signed_in_is_out(bool byLink)
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var before = await api.LoginAsync(user);
        var asked = await api.PostAsync("/auth/forgot-password", new { email = user.Email });
        Assert.That(asked.Status, Is.EqualTo(HttpStatusCode.Accepted));

        var mail = await Mailbox.NewestAsync(user.Email, "/reset-password");
        var password = TestUser.NewPassword("Velvet harbour");
        object Body(string newPassword) => byLink ? new { token = mail.Token, new_password = newPassword } : new { email = user.Email, code = mail.Code, new_password = newPassword };
        var weak = await api.PostAsync("/auth/reset-password", Body("password1234"));
        Assert.That(weak.Code, Is.EqualTo("validation_failed"));
        Assert.That(Answer.Members(weak.Json.GetProperty("errors")), Is.EqualTo(["new_password"]));
        Assert.That((await api.GetAsync("/me", before.Access)).Status, Is.EqualTo(HttpStatusCode.OK));

        AssertDone(await api.PostAsync("/auth/reset-password", Body(password)));
        await AssertEndedAsync(before);
        await RefusesAsync("/auth/reset-password", Body(password), "invalid_code");
        await RefusesAsync("/auth/login", new { email = user.Email, password = user.Password }, "invalid_credentials");
        var after = await api.LoginAsync(user with { Password = password });
        Assert.That((await api.GetAsync("/me", after.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await Mailbox.SubjectsAsync(user.Email, TestApp.Shared), Has.Count.EqualTo(2), "The link, and that the password was changed.");
    }

    [Test]
    public async Task Logout_everywhere_kills_every_token_of_the_user_and_of_nobody_else()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var bystander = await api.LoginAsync(await TestApp.Shared.CreateUserAsync());
        var all = new[] { await api.LoginAsync(user), await api.LoginAsync(user), await api.LoginAsync(user) };
        var renewed = (await api.PostAsync("/auth/refresh", new { refresh_token = all[0].Refresh })).Tokens;

        AssertDone(await api.PostAsync("/auth/logout-everywhere", null, all[1].Access));
        foreach (var tokens in all.Append(renewed))
        {
            await AssertEndedAsync(tokens);
        }

        Assert.That((await api.GetAsync("/me", bystander.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.GetAsync("/me", (await api.LoginAsync(user)).Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("GET", "/me")]
    [TestCase("PATCH", "/me")]
    [TestCase("GET", "/sessions")]
    [TestCase("DELETE", "/sessions")]
    [TestCase("DELETE", "/sessions/0195f3a0-1111-7000-8000-000000000001")]
    [TestCase("POST", "/auth/logout")]
    [TestCase("POST", "/auth/logout-everywhere")]
    public async Task Without_a_token_nothing_opens(string method, string path)
    {
        var answer = await api.SendAsync(new HttpMethod(method), path);
        Assert.That(answer.Code, Is.EqualTo("token_missing"));
        Assert.That(answer.Headers["WWW-Authenticate"], Is.EqualTo("Bearer"));
    }

    private static string Other(string code) => code[..^1] + (char)('0' + ((code[^1] - '0' + 1) % 10));

    private static DateTimeOffset Time(JsonElement json, string name)
    {
        var text = json.GetProperty(name).GetString();
        Assert.That(text, Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"));
        return DateTimeOffset.Parse(text!);
    }

    private static void AssertTokens(Answer answer, params string[] more)
    {
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        Assert.That(Answer.Members(answer.Json), Is.EqualTo(["access_token", "token_type", "expires_in", "refresh_token", "refresh_expires_in", "session_id", .. more]));
        Assert.That(answer.Json.GetProperty("token_type").GetString(), Is.EqualTo("Bearer"));
        Assert.That(answer.Json.GetProperty("expires_in").GetInt32(), Is.EqualTo(900));
        Assert.That(answer.Json.GetProperty("refresh_expires_in").GetInt32(), Is.InRange(604_790, 604_800));
    }

    private async Task RegisterAsync(TestUser user)
    {
        var answer = await api.PostAsync("/auth/register", new { email = user.Email, password = user.Password, display_name = "Ada" });
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Accepted), answer.Text);
        Assert.That(answer.Text, Is.EqualTo("""{"status":"confirmation_sent"}"""));
    }

    private static void AssertDone(Answer answer)
    {
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.NoContent), answer.Text);
        Assert.That(answer.Text, Is.Empty);
    }

    private async Task RefusesAsync(string path, object? body, string code, string? bearer = null)
    {
        var answer = await api.PostAsync(path, body, bearer);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(answer.Code, Is.EqualTo(code));
    }

    private async Task AssertEndedAsync(ApiTokens tokens)
    {
        var answer = await api.GetAsync("/me", tokens.Access);
        Assert.That(answer.Code, Is.EqualTo("token_revoked"));
        Assert.That(answer.Headers["WWW-Authenticate"], Does.StartWith("Bearer error=\"invalid_token\", error_description="));
        Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Code, Is.EqualTo("token_revoked"));
    }
}
