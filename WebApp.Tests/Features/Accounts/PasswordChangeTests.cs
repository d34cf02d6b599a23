using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

public sealed class PasswordChangeTests
{
    private readonly ApiClient api = new(TestApp.Shared);

    [Test]
    public async Task On_the_page_it_ends_every_other_session_and_keeps_this_one_under_a_new_key()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var here = await PageClient.SignInAsync(TestApp.Shared, user);
        using var elsewhere = await PageClient.SignInAsync(TestApp.Shared, user);
        var program = await api.LoginAsync(user);
        var oldKey = here.Session;
        var replacement = NewPassword();

        var answer = await ChangeAsync(here, user.Password, replacement);

        using var thief = new PageClient(TestApp.Shared).With("session", oldKey);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Location, Is.EqualTo("/account/password"), answer.Text);
            Assert.That((await here.GetAsync("/account/password")).Text, Does.Contain("The 2 other sessions that were open have ended."));
            Assert.That(here.Session, Is.Not.EqualTo(oldKey));
            Assert.That((await thief.GetAsync("/account")).Status, Is.EqualTo(HttpStatusCode.Found));
            Assert.That((await elsewhere.GetAsync("/account")).Status, Is.EqualTo(HttpStatusCode.Found));
            Assert.That((await api.GetAsync("/me", program.Access)).Code, Is.EqualTo("token_revoked"));
            Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = program.Refresh })).Code, Is.EqualTo("token_revoked"));
            Assert.That((await LoginAsync(user.Email, user.Password)).Code, Is.EqualTo("invalid_credentials"));
            Assert.That((await LoginAsync(user.Email, replacement)).Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await EventsAsync(user, "password_changed"), Is.EqualTo(1));
            Assert.That((await Mailbox.NewestAsync(user.Email, "/not-me")).Token, Is.Not.Empty);
        }
    }

    [Test]
    public async Task Through_the_API_it_ends_every_other_session_and_keeps_the_callers_tokens()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var browser = await PageClient.SignInAsync(TestApp.Shared, user);
        var (mine, other) = (await api.LoginAsync(user), await api.LoginAsync(user));

        var answer = await ChangeAsync(mine, user.Password, NewPassword());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.NoContent), answer.Text);
            Assert.That((await api.GetAsync("/me", mine.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = mine.Refresh })).Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await api.GetAsync("/me", other.Access)).Code, Is.EqualTo("token_revoked"));
            Assert.That((await browser.GetAsync("/account")).Status, Is.EqualTo(HttpStatusCode.Found));
        }
    }

    [Test]
    public async Task Trust_in_devices_half_finished_sign_ins_and_reset_links_end_with_it()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await TestApp.Shared.QueryAsync<object>(
            "INSERT INTO known_devices (id, user_id, browser_id, key_hash, created_at, last_seen_at, trusted_until) VALUES (gen_random_uuid(), $1, gen_random_uuid(), '', now(), now(), now() + interval '1 day')", user.Id);
        await TestApp.Shared.QueryAsync<object>(
            "INSERT INTO pending_sign_ins VALUES (gen_random_uuid(), $1, '', '{pwd}', false, null, 0, now() + interval '10 minutes', null)", user.Id);
        await api.PostAsync("/auth/forgot-password", new { email = user.Email });
        var reset = await Mailbox.NewestAsync(user.Email, "/reset-password");

        await ChangeAsync(await api.LoginAsync(user), user.Password, NewPassword());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await TestApp.Shared.QueryAsync<bool>("SELECT trusted_until IS NULL AND revoked_at IS NULL FROM known_devices WHERE user_id = $1", user.Id), Is.True);
            Assert.That(await TestApp.Shared.QueryAsync<bool>("SELECT completed_at IS NOT NULL FROM pending_sign_ins WHERE user_id = $1", user.Id), Is.True);
            Assert.That((await api.PostAsync("/auth/reset-password", new { token = reset.Token, new_password = NewPassword() })).Code, Is.EqualTo("invalid_code"));
        }
    }

    [Test]
    public async Task A_reset_forgets_devices_altogether()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await TestApp.Shared.QueryAsync<object>(
            "INSERT INTO known_devices (id, user_id, browser_id, key_hash, created_at, last_seen_at, trusted_until) VALUES (gen_random_uuid(), $1, gen_random_uuid(), '', now(), now(), now() + interval '1 day')", user.Id);
        await api.PostAsync("/auth/forgot-password", new { email = user.Email });
        await api.PostAsync("/auth/reset-password", new { token = (await Mailbox.NewestAsync(user.Email, "/reset-password")).Token, new_password = NewPassword() });
        Assert.That(await TestApp.Shared.QueryAsync<bool>("SELECT revoked_at IS NOT NULL FROM known_devices WHERE user_id = $1", user.Id), Is.True);
    }

    [Test]
    public async Task It_needs_the_current_password_and_guesses_on_page_and_API_are_counted_together()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        using var page = new PageClient(TestApp.Shared).With("session", (await TestApp.Shared.OpenBrowserSessionAsync(user)).Key.Reveal()); // A browser that the account does not know.
        var mine = await api.LoginAsync(user);

        Assert.That((await api.PostAsync("/password", new { new_password = NewPassword() }, mine.Access)).Code, Is.EqualTo("validation_failed"));
        Assert.That((await ChangeAsync(page, "", NewPassword())).Text, Does.Contain("Wrong current password."));
        Assert.That((await ChangeAsync(page, "wrong", NewPassword())).Text, Does.Contain("Wrong current password."));
        foreach (var guess in new[] { "one", "two", "three" })
        {
            Assert.That((await ChangeAsync(mine, guess, NewPassword())).Code, Is.EqualTo("invalid_credentials"));
        }

        var refused = await ChangeAsync(mine, user.Password, NewPassword());
        var refusedPage = await ChangeAsync(page, user.Password, NewPassword());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Code, Is.EqualTo("too_many_attempts"));
            Assert.That(int.Parse(refused.Headers["Retry-After"]), Is.InRange(60, 900));
            Assert.That(refusedPage.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(refusedPage.Text, Does.Contain("Too many attempts."));
            Assert.That((await LoginAsync(user.Email, user.Password)).Status, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [Test]
    public async Task The_new_password_must_meet_the_policy_and_be_new()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var mine = await api.LoginAsync(user);
        foreach (var refused in new[] { "short", "Password1234!", user.Email, user.Password })
        {
            var answer = await ChangeAsync(mine, user.Password, refused);
            Assert.That(answer.Code, Is.EqualTo("validation_failed"), refused);
            Assert.That(answer.Json.GetProperty("errors").GetProperty("new_password").GetArrayLength(), Is.Positive);
        }

        Assert.That((await LoginAsync(user.Email, user.Password)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Of_several_changes_at_once_one_is_made()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var mine = await api.LoginAsync(user);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ChangeAsync(mine, user.Password, NewPassword())));
        Assert.That(answers.Count(a => a.Status == HttpStatusCode.NoContent), Is.EqualTo(1), string.Join('\n', answers.Select(a => a.Text)));
    }

    private static string NewPassword() => TestUser.NewPassword("Velvet harbour");

    private static Task<Answer> ChangeAsync(PageClient page, string current, string replacement) =>
        page.PostFormAsync("/account/password", ("CurrentPassword", current), ("NewPassword", replacement));

    private Task<Answer> ChangeAsync(ApiTokens caller, string current, string replacement) =>
        api.PostAsync("/password", new { current_password = current, new_password = replacement }, caller.Access);

    private Task<Answer> LoginAsync(string email, string password) => api.PostAsync("/auth/login", new { email, password });

    private static Task<long> EventsAsync(TestUser user, string kind) =>
        TestApp.Shared.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = $2", user.Id, kind);
}
