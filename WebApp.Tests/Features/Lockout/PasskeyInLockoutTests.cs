using System.Net;
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
        using var visitor = new PageClient(app);
        Assert.That((await visitor.LoginAsync(user)).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));

        Assert.That(await SignInByPasskeyAsync(app, visitor, user), Is.EqualTo("/account"));

        // By which the browser is known, and the password works there again.
        visitor.Forget("session");
        Assert.That((await visitor.LoginAsync(user)).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_passkey_opens_an_account_whose_codes_are_refused_after_a_hundred_wrong_ones()
    {
        await using var app = await TestApp.StartNamedAsync();
        var (user, api) = (await app.CreateMfaUserAsync(), new ApiClient(app));
        await api.AnswerAsync(await api.BeginAsync(user), "000000");
        await app.QueryAsync<object>("UPDATE sign_in_guesses SET misses = 100");
        Assert.That((await api.AnswerAsync(await api.BeginAsync(user), "000000")).Code, Is.EqualTo("too_many_attempts"));
        using var visitor = new PageClient(app);

        Assert.That(await SignInByPasskeyAsync(app, visitor, user), Is.EqualTo("/account"));
    }

    private static async Task<string?> SignInByPasskeyAsync(TestApp app, PageClient visitor, TestUser user)
    {
        using var passkey = await SoftPasskey.AddAsync(app, user);
        var options = await visitor.SubmitAsync("/login", "/passkeys/options", ("Purpose", "sign-in"));
        var credential = passkey.Answer(options.Body, new(app.BaseAddress.GetLeftPart(UriPartial.Authority)));
        var answer = await visitor.PostWithTokenAsync("/login/passkey", ("Credential", credential));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK));
        return answer.Json.GetProperty("next").GetString();
    }
}
