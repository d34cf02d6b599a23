using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn.Methods;

/// <summary>No way in is easier than another (ASVS 6.3.4, SECURITY 18): the same account by every way of signing in, the same decision.</summary>
public sealed partial class SameDecisionTests
{
    private static readonly string[] Ways = ["form", "API", "bootstrap by password", "bootstrap by proxy", "page by proxy", "bootstrap from localhost", "page from localhost", "passkey", "reset"];
    private static readonly string[] Standings = ["sound", "disabled", "unconfirmed", "leaving", "with a second factor", "disabled with a second factor"];

    private TestApp app = null!;

    public static IEnumerable<object[]> Cases => from way in Ways from standing in Standings select new object[] { way, standing };

    [OneTimeSetUp]
    public async Task Start() => app = await TestApp.StartNamedAsync(null, null, "Proxy:Trusted=127.0.0.5", "ProxyAuth:Enabled=true", "ProxyAuth:Provision=true", "Localhost:Email=developer@example.org");

    [OneTimeTearDown]
    public async Task Stop() => await app.DisposeAsync();

    [TestCaseSource(nameof(Cases))]
    public async Task Every_way_in_decides_alike(string way, string standing)
    {
        // A passkey is both factors at once. Signing in to a browser by hand is how one comes back who leaves; nothing else is.
        var expected = standing switch
        {
            "sound" => "in",
            "with a second factor" => way == "passkey" ? "in" : "challenged",
            "leaving" => way is "form" or "passkey" or "reset" ? "in" : "refused",
            "unconfirmed" when way == "reset" => "in", // Whoever has the mailed link has the mailbox.
            _ => "refused",
        };
        Assert.That(await TryAsync(way, await UserAsync(standing)), Is.EqualTo(expected));
    }

    private async Task<TestUser> UserAsync(string standing)
    {
        var user = standing.EndsWith("with a second factor", StringComparison.Ordinal) ? await app.CreateMfaUserAsync() : await app.CreateUserAsync();
        if (standing.StartsWith("disabled", StringComparison.Ordinal))
        {
            await app.QueryAsync<object>("UPDATE users SET lockout_end = now() + interval '1 year' WHERE id = $1", user.Id);
        }
        else if (standing == "unconfirmed")
        {
            await app.QueryAsync<object>("UPDATE users SET email_confirmed = false WHERE id = $1", user.Id);
        }
        else if (standing == "leaving")
        {
            await app.QueryAsync<object>("UPDATE users SET deletion_requested_at = now() WHERE id = $1", user.Id);
        }

        return user;
    }

    private async Task<string> TryAsync(string way, TestUser user)
    {
        switch (way)
        {
            case "form":
                return Page((await new PageClient(app).LoginAsync(user)).Headers.GetValueOrDefault("Location"));
            case "API":
                return Call(await new ApiClient(app).PostAsync("/auth/login", new { email = user.Email, password = user.Password }));
            case "bootstrap by password":
                return Call(await new ApiClient(app).PostAsync("/auth/bootstrap", new { method = "usernamepassword", username = user.Email, password = user.Password }));
            case "bootstrap by proxy":
                return Call(await app.BootstrapAsync("proxy", "127.0.0.5", ("X-Remote-User", user.Email)));
            case "page by proxy":
                using (var browser = new PageClient(app.NewClient("127.0.0.5")).Saying("X-Remote-User", user.Email))
                {
                    return Page((await browser.GetAsync("/login")).Headers.GetValueOrDefault("Location"));
                }

            case "bootstrap from localhost":
                return Call(await app.BootstrapAsync(new { method = "localhost", username = user.Email }, "127.0.0.1"));
            case "page from localhost":
                return await ContinueAsync(user);
            case "passkey":
                return await PasskeyAsync(user);
            default:
                return await ResetAsync(user);
        }
    }

    private static string Call(Answer answer) => answer.Status == HttpStatusCode.OK ? "in" : answer.Code == "mfa_required" ? "challenged" : answer.Code == "invalid_credentials" ? "refused" : answer.Text;

    private static string Page(string? location) => location switch { "/account" => "in", "/login/mfa" => "challenged", null or "/login" => "refused", _ => location };

    // The button is for one account: the application is told that it is this one.
    private async Task<string> ContinueAsync(TestUser user)
    {
        await using var own = await TestApp.StartAsync(app.ConnectionString, null, $"Localhost:Email={user.Email}");
        var browser = new PageClient(own);
        return Page((await browser.SubmitAsync("/login", "/login/localhost")).Headers.GetValueOrDefault("Location"));
    }

    private async Task<string> PasskeyAsync(TestUser user)
    {
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var visitor = new PageClient(app);
        var options = await visitor.SubmitAsync("/login", "/passkeys/options", ("Purpose", "sign-in"));
        var credential = passkey.Answer(options.Body, new(app.BaseAddress.GetLeftPart(UriPartial.Authority)));
        var answer = await visitor.PostWithTokenAsync("/login/passkey", ("Credential", credential));
        return visitor.Session is not null ? "in" : answer.Status is HttpStatusCode.BadRequest or (>= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices) ? "refused" : answer.Status.ToString();
    }

    // A reset signs nobody in: whoever has a new password comes to the login form with it.
    private async Task<string> ResetAsync(TestUser user)
    {
        await new ApiClient(app).PostAsync("/auth/forgot-password", new { email = user.Email });
        var password = TestUser.NewPassword("Another lantern");
        if (await TokenAsync(user.Email) is { } token)
        {
            await new ApiClient(app).PostAsync("/auth/reset-password", new { token, new_password = password });
        }

        var location = (await new PageClient(app).LoginAsync(user with { Password = password })).Headers.GetValueOrDefault("Location");
        return Page(location);
    }

    // Mail can be read as soon as it is written, so there is nothing to wait for.
    private async Task<string?> TokenAsync(string email)
    {
        using var http = app.NewClient();
        var mails = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync(Mailbox.PathFor(email))).RootElement.EnumerateArray();
        return mails.Select(mail => ResetLink().Match(mail.GetProperty("text").GetString()!))
            .FirstOrDefault(link => link.Success)?.Groups[1].Value;
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"/reset-password\?token=(\S+)")]
    private static partial System.Text.RegularExpressions.Regex ResetLink();
}
