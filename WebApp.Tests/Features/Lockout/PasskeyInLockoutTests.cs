using System.Net;
using System.Text.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Lockout;

/// <summary>A passkey cannot be guessed, so no guessing shuts it out.</summary>
public sealed class PasskeyInLockoutTests
{
    [TestCase(1)]
    [TestCase(20)]
    public async Task A_passkey_opens_an_account_that_is_locked_to_passwords(int lockouts)
    {
        await using var app = await TestApp.StartNamedAsync();
        var user = await app.CreateUserAsync();
        await app.LockAsync(new(app), user.Email, lockouts);
        using var visitor = new Visitor(app);
        using var page = await visitor.GetAsync("/login");
        using var locked = await visitor.PostAsync("/login", ("Email", user.Email), ("Password", user.Password));
        Assert.That(locked.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));

        Assert.That(await SignInByPasskeyAsync(app, visitor, user), Is.EqualTo("/account"));

        // By which the browser is known, and the password works there again.
        visitor.Cookies.Remove("session");
        using var again = await visitor.PostAsync("/login", ("Email", user.Email), ("Password", user.Password));
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_passkey_opens_an_account_whose_codes_are_refused_after_a_hundred_wrong_ones()
    {
        await using var app = await TestApp.StartNamedAsync();
        var (user, api) = (await app.CreateMfaUserAsync(), new ApiClient(app));
        await api.AnswerAsync(await api.BeginAsync(user), "000000");
        await app.QueryAsync<object>("UPDATE sign_in_guesses SET misses = 100");
        Assert.That((await api.AnswerAsync(await api.BeginAsync(user), "000000")).Code, Is.EqualTo("too_many_attempts"));
        using var visitor = new Visitor(app);
        using var page = await visitor.GetAsync("/login");

        Assert.That(await SignInByPasskeyAsync(app, visitor, user), Is.EqualTo("/account"));
    }

    private static async Task<string?> SignInByPasskeyAsync(TestApp app, Visitor visitor, TestUser user)
    {
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var options = await visitor.PostAsync("/passkeys/options", ("Purpose", "sign-in"));
        var credential = passkey.Answer(await options.Content.ReadAsStringAsync(), new(app.BaseAddress.GetLeftPart(UriPartial.Authority)));
        using var answer = await visitor.PostAsync("/login/passkey", ("Credential", credential));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("next").GetString();
    }
}
