using System.Net;
using System.Text.Json;
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
        using var owner = new Visitor(app);
        using var stranger = new Visitor(app);
        await owner.SignInAsync(user);
        var ways = WayIn.All(app).Where(way => way.Reads && Takes(way)).ToArray();
        Assert.That(ways, Has.Length.GreaterThanOrEqualTo(3));
        foreach (var way in ways)
        {
            foreach (var evil in Evils)
            {
                foreach (var visitor in new[] { owner, stranger })
                {
                    using var answer = await visitor.GetAsync($"{way.Path()}?returnUrl={Uri.EscapeDataString(evil.Replace('\uD800', '?'))}");
                    await HoldAsync(answer, $"{way} {evil}");
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
                using var visitor = new Visitor(app);
                using var answer = await finish(visitor, evil);
                Assert.That(answer.StatusCode, Is.AnyOf(HttpStatusCode.OK, HttpStatusCode.Found), $"{path} {evil}");
                await HoldAsync(answer, $"{path} {evil}");
            }
        }
    }

    private static bool Takes(WayIn way) => way.Inputs.Contains("returnUrl", StringComparer.OrdinalIgnoreCase);

    private async Task HoldAsync(HttpResponseMessage answer, string what)
    {
        Assert.That((int)answer.StatusCode, Is.LessThan(500), what);
        Assert.That(answer.Headers.Contains("Set-Cookie") && answer.Headers.GetValues("Set-Cookie").Any(cookie => cookie.StartsWith("x=", StringComparison.Ordinal)), Is.False, what);
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.Headers.Location is { } location)
        {
            AssertHere(location.OriginalString, what);
        }
        else if (answer.Content.Headers.ContentType?.MediaType == "application/json" && JsonDocument.Parse(text).RootElement.TryGetProperty("next", out var next))
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

    private Dictionary<string, Func<Visitor, string, Task<HttpResponseMessage>>> Finishes() => new()
    {
        ["/login"] = async (visitor, evil) =>
        {
            var user = await app.CreateUserAsync();
            using var page = await visitor.GetAsync("/login");
            return await visitor.PostAsync("/login", ("Email", user.Email), ("Password", user.Password), ("ReturnUrl", evil));
        },
        ["/login/localhost"] = async (visitor, evil) =>
        {
            using var page = await visitor.GetAsync("/login");
            return await visitor.PostAsync("/login/localhost", ("returnUrl", evil));
        },
        ["/login/external/{name}"] = async (visitor, evil) =>
        {
            await provider.LinkAsync(app, await app.CreateUserAsync());
            using var page = await visitor.GetAsync("/login");
            return await ExternalAsync(visitor, "/login/external/scripted", evil);
        },
        ["/login/mfa"] = async (visitor, evil) => await visitor.PostAsync("/login/mfa", ("Method", "email"), ("Code", await app.NewestCodeAsync(await HalfAsync(visitor))), ("ReturnUrl", evil)),
        ["/login/mfa/email-code"] = async (visitor, evil) =>
        {
            await HalfAsync(visitor, send: false);
            return await visitor.PostAsync("/login/mfa/email-code", ("ReturnUrl", evil));
        },
        ["/login/passkey"] = async (visitor, evil) =>
        {
            using var passkey = await SoftPasskey.AddAsync(app, await app.CreateUserAsync());
            using var page = await visitor.GetAsync("/login");
            return await PasskeyAsync(visitor, passkey, "sign-in", "/login/passkey", evil);
        },
        ["/login/mfa/passkey"] = async (visitor, evil) =>
        {
            using var passkey = await SoftPasskey.AddAsync(app, await HalfAsync(visitor));
            return await PasskeyAsync(visitor, passkey, "second-factor", "/login/mfa/passkey", evil);
        },
        ["/reauthenticate"] = async (visitor, evil) => await visitor.PostAsync("/reauthenticate", ("Password", (await SignedInAsync(visitor)).Password), ("ReturnUrl", evil)),
        ["/reauthenticate/email-code"] = async (visitor, evil) =>
        {
            await app.QueryAsync<object>("UPDATE users SET email_codes_enabled = true, two_factor_enabled = true WHERE id = $1", (await SignedInAsync(visitor)).Id);
            return await visitor.PostAsync("/reauthenticate/email-code", ("ReturnUrl", evil));
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
        ["/passkeys/options"] = async (visitor, evil) =>
        {
            using var page = await visitor.GetAsync("/login");
            return await visitor.PostAsync("/passkeys/options", ("Purpose", "sign-in"), ("ReturnUrl", evil));
        },
    };

    private async Task<HttpResponseMessage> PasskeyAsync(Visitor visitor, SoftPasskey passkey, string purpose, string path, string evil)
    {
        using var options = await visitor.PostAsync("/passkeys/options", ("Purpose", purpose));
        return await visitor.PostAsync(path, ("Credential", passkey.Answer(await options.Content.ReadAsStringAsync(), new(Origin))), ("ReturnUrl", evil));
    }

    private async Task<HttpResponseMessage> ExternalAsync(Visitor visitor, string path, string evil)
    {
        using var go = await visitor.PostAsync(path, ("ReturnUrl", evil));
        return await visitor.GetAsync(provider.Answer(ScriptedProvider.NextIn(await go.Content.ReadAsStringAsync())));
    }

    private async Task<TestUser> SignedInAsync(Visitor visitor)
    {
        var user = await app.CreateUserAsync();
        await visitor.SignInAsync(user);
        return user;
    }

    private async Task<TestUser> HalfAsync(Visitor visitor, bool send = true)
    {
        var user = await app.CreateMfaUserAsync();
        await visitor.SignInAsync(user);
        using var page = await visitor.GetAsync("/login/mfa");
        if (send)
        {
            using var sent = await visitor.PostAsync("/login/mfa/email-code");
        }

        return user;
    }
}
