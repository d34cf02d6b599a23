using System.Net;
using WebApp.Platform.Http;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Nobody is sent to another site, whatever a return address says and however a browser reads it (ASVS 3.7.2); and no header is split.</summary>
public sealed class ReturnPathTests
{
    private const string Evil = "evil.example";

    private static readonly string[] Evils =
    [
        $"https://{Evil}", $"//{Evil}", $"///{Evil}", $"////{Evil}", $"/\\{Evil}", $"\\\\{Evil}", $"\\/{Evil}", $"/\t/{Evil}", $"\t//{Evil}", $" //{Evil}", $"/\n/{Evil}", $"/\r\n/{Evil}",
        $"/\r\\{Evil}", $"https:{Evil}", $"https:/{Evil}", $"http:\\\\{Evil}", "javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", Evil, $"http://127.0.0.1@{Evil}", $"~//{Evil}", "~/",
        $"/\r\nSet-Cookie: x=1", $"/account\r\nLocation: https://{Evil}", "/account\n\nbody", $"\u2028//{Evil}", $"/\u2028/{Evil}", $"\uFF0F\uFF0F{Evil}", $"/\uFF0F{Evil}", $"/\u2215{Evil}", $"/\u2044{Evil}",
        $"/\u0000/{Evil}", $"/%09/{Evil}", $"/%5c{Evil}", $"%2f%2f{Evil}", $"/%2f{Evil}", $"/%0d%0aLocation:%20//{Evil}", $"/..//{Evil}", $"/.//{Evil}", $"/x/../..//{Evil}", $"/;//{Evil}",
        "/\uD800", "/\u00E9", "/\u00FF\u0100\uD83D\uDE00", "/@" + Evil, "/account?x=//" + Evil, "/account#//" + Evil, "", " ", "/", new string('/', 500), "/" + new string('x', 3000),
    ];

    private static readonly string[] Pieces =
        ["/", "/", "\\", "\t", "\n", "\r", "\0", " ", ":", "@", "?", "#", "%2f", "%5c", "%09", "%0d%0a", "..", ".", "https", "javascript", Evil, "account", "\u2028", "\uFF0F", "\u2044", "\u00E9", "\uD83D\uDE00", "\uD800", "~", ";"];

    private readonly ScriptedProvider provider = new();
    private TestApp app = null!;

    private string Origin => app.BaseAddress.GetLeftPart(UriPartial.Authority);

    [OneTimeSetUp]
    public async Task Start() => app = await TestApp.StartNamedAsync(settings: provider.Settings);

    [OneTimeTearDown]
    public async Task Stop()
    {
        await app.DisposeAsync();
        provider.Dispose();
    }

    [Test]
    public void A_hundred_thousand_addresses_lead_nowhere_else()
    {
        var random = new Random(Fuzz.Seed);
        var let = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var asked = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            if (ReturnPath.LocalOrNull(asked) is { } path)
            {
                let++;
                AssertHere(path, $"seed {Fuzz.Seed}, {i}: {asked}");
            }
        }

        Assert.That(let, Is.GreaterThan(3_000), "some must pass, or nothing was shown");
    }

    [TestCase("/account/sessions?x=1&y=%20#z")]
    [TestCase("/")]
    [TestCase("/account?returnUrl=//elsewhere")]
    public void A_path_of_our_own_is_left_as_it_is(string path) => Assert.That(ReturnPath.LocalOrNull(path), Is.EqualTo(path));

    [Test]
    public void What_is_not_ASCII_is_sent_as_browsers_send_it() => Assert.That(ReturnPath.LocalOrNull("/caf\u00E9 \uD83D\uDE00"), Is.EqualTo("/caf%C3%A9 %F0%9F%98%80"));

    [Test]
    public async Task Whatever_can_be_fetched_with_a_return_address_stays_here()
    {
        var user = await app.CreateUserAsync();
        using var owner = await PageClient.SignInAsync(app, user);
        using var stranger = new PageClient(app);
        var ways = WayIn.All(app).Where(way => way.Reads && Takes(way)).ToArray();
        Assert.That(ways, Has.Length.GreaterThanOrEqualTo(3));
        foreach (var way in ways)
        {
            foreach (var evil in Evils)
            {
                foreach (var visitor in new[] { owner, stranger })
                {
                    Hold(await visitor.GetAsync($"{way.Path()}?returnUrl={Uri.EscapeDataString(evil.Replace('\uD800', '?'))}"), $"{way} {evil}");
                }
            }
        }
    }

    [Test]
    public async Task Whatever_finishes_with_a_return_address_goes_on_here()
    {
        var takes = WayIn.All(app).Where(way => !way.Reads && Takes(way)).Select(way => $"/{way.Route}");
        var finishes = Finishes();
        Assert.That(finishes.Keys, Is.EquivalentTo(takes), "A new form with a return address needs its way to the end here.");
        foreach (var (path, finish) in finishes)
        {
            foreach (var evil in Evils.Where(evil => !evil.Contains('\uD800')).Chunk(path.Contains("passkey", StringComparison.Ordinal) ? 9 : 5).Select(some => some[0]).Append($"//{Evil}"))
            {
                using var visitor = new PageClient(app);
                var answer = await finish(visitor, evil);
                Assert.That(answer.Status, Is.AnyOf(HttpStatusCode.OK, HttpStatusCode.Found), $"{path} {evil}");
                Hold(answer, $"{path} {evil}");
            }
        }
    }

    private static bool Takes(WayIn way) => way.Inputs.Contains("returnUrl", StringComparer.OrdinalIgnoreCase);

    private void Hold(Answer answer, string what)
    {
        Assert.That((int)answer.Status, Is.LessThan(500), what);
        Assert.That(answer.SetCookies.Any(cookie => cookie.StartsWith("x=", StringComparison.Ordinal)), Is.False, what);
        if (answer.Location is { } location)
        {
            AssertHere(location, what);
        }
        else if (answer.MediaType == "application/json" && answer.Json.TryGetProperty("next", out var next))
        {
            AssertHere(next.GetString()!, what);
        }
    }

    /// <summary>Resolves as a browser does (WHATWG URL 4.4): blanks at the ends, tabs and line ends are left out, <c>\</c> is <c>/</c>.</summary>
    private void AssertHere(string location, string what)
    {
        Assert.That(location.Any(c => c is < ' ' or > '~'), Is.False, what);
        var read = string.Concat(location.Trim(' ').Where(c => c is not ('\t' or '\r' or '\n'))).Replace('\\', '/');
        Assert.That(read.StartsWith('/') && !read.StartsWith("//", StringComparison.Ordinal), Is.True, what);
        Assert.That(new Uri(new Uri(Origin), read).GetLeftPart(UriPartial.Authority), Is.EqualTo(Origin), what);
    }

    private Dictionary<string, Func<PageClient, string, Task<Answer>>> Finishes() => new()
    {
        ["/login"] = async (visitor, evil) =>
        {
            var user = await app.CreateUserAsync();
            return await visitor.SubmitAsync("/login", ("Email", user.Email), ("Password", user.Password), ("ReturnUrl", evil));
        },
        ["/login/localhost"] = (visitor, evil) => visitor.SubmitAsync("/login", "/login/localhost", ("returnUrl", evil)),
        ["/login/external/{name}"] = async (visitor, evil) =>
        {
            await provider.LinkAsync(app, await app.CreateUserAsync());
            await visitor.GetAsync("/login");
            return await ExternalAsync(visitor, "/login/external/scripted", evil);
        },
        ["/login/mfa"] = async (visitor, evil) => await visitor.PostWithTokenAsync("/login/mfa", ("Method", "email"), ("Code", await app.NewestCodeAsync(await HalfAsync(visitor))), ("ReturnUrl", evil)),
        ["/login/mfa/email-code"] = async (visitor, evil) =>
        {
            await HalfAsync(visitor, send: false);
            return await visitor.PostWithTokenAsync("/login/mfa/email-code", ("ReturnUrl", evil));
        },
        ["/login/passkey"] = async (visitor, evil) =>
        {
            using var passkey = await SoftPasskey.AddAsync(app, await app.CreateUserAsync());
            await visitor.GetAsync("/login");
            return await PasskeyAsync(visitor, passkey, "sign-in", "/login/passkey", evil);
        },
        ["/login/mfa/passkey"] = async (visitor, evil) =>
        {
            using var passkey = await SoftPasskey.AddAsync(app, await HalfAsync(visitor));
            return await PasskeyAsync(visitor, passkey, "second-factor", "/login/mfa/passkey", evil);
        },
        ["/reauthenticate"] = async (visitor, evil) => await visitor.PostWithTokenAsync("/reauthenticate", ("Password", (await SignedInAsync(visitor)).Password), ("ReturnUrl", evil)),
        ["/reauthenticate/email-code"] = async (visitor, evil) =>
        {
            await app.QueryAsync<object>("UPDATE users SET email_codes_enabled = true, two_factor_enabled = true WHERE id = $1", (await SignedInAsync(visitor)).Id);
            return await visitor.PostWithTokenAsync("/reauthenticate/email-code", ("ReturnUrl", evil));
        },
        ["/reauthenticate/external/{name}"] = async (visitor, evil) =>
        {
            var user = await SignedInAsync(visitor);
            await provider.LinkAsync(app, user);
            await app.QueryAsync<object>("UPDATE users SET password_hash = NULL WHERE id = $1", user.Id);
            provider.Claims["auth_time"] = app.Clock.GetUtcNow().ToUnixTimeSeconds();
            return await ExternalAsync(visitor, "/reauthenticate/external/scripted", evil);
        },
        ["/reauthenticate/passkey"] = async (visitor, evil) =>
        {
            using var passkey = await SoftPasskey.AddAsync(app, await SignedInAsync(visitor));
            return await PasskeyAsync(visitor, passkey, "step-up", "/reauthenticate/passkey", evil);
        },
        ["/passkeys/options"] = (visitor, evil) => visitor.SubmitAsync("/login", "/passkeys/options", ("Purpose", "sign-in"), ("ReturnUrl", evil)),
    };

    private async Task<Answer> PasskeyAsync(PageClient visitor, SoftPasskey passkey, string purpose, string path, string evil)
    {
        var options = await visitor.PostWithTokenAsync("/passkeys/options", ("Purpose", purpose));
        return await visitor.PostWithTokenAsync(path, ("Credential", passkey.Answer(options.Body, new(Origin))), ("ReturnUrl", evil));
    }

    private async Task<Answer> ExternalAsync(PageClient visitor, string path, string evil)
    {
        var go = await visitor.PostWithTokenAsync(path, ("ReturnUrl", evil));
        return await visitor.GetAsync(provider.Answer(go.Refresh));
    }

    private async Task<TestUser> SignedInAsync(PageClient visitor)
    {
        var user = await app.CreateUserAsync();
        Assert.That((await visitor.LoginAsync(user)).Location, Is.EqualTo("/account"));
        await visitor.GetAsync("/account");
        return user;
    }

    private async Task<TestUser> HalfAsync(PageClient visitor, bool send = true)
    {
        var user = await app.CreateMfaUserAsync();
        Assert.That((await visitor.LoginAsync(user)).Location, Is.EqualTo("/login/mfa"));
        await visitor.GetAsync("/login/mfa");
        if (send)
        {
            await visitor.PostWithTokenAsync("/login/mfa/email-code");
        }

        return user;
    }
}
