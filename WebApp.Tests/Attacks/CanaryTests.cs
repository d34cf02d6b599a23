using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebApp.Features.Passwords;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>
/// A password and names that would forge log lines go into every field there is: what happened is on record, the password is nowhere
/// (ASVS 16.2.5), and no line is broken in two (16.4.1).
/// </summary>
[Category("Process")]
public sealed class CanaryTests
{
    private const string Canary = "Canary-sang 4711 in the coal mine!";
    private const string Newer = "Canary-flew 4711 from the coal mine!";
    private const string Link = "Canary-link-4711";
    private const string Forged = "FORGED";

    // What the application keeps off by name is not among them.
    private static readonly string[] Loud =
        ["Default", "Microsoft", "Npgsql", "WebApp", "Microsoft.EntityFrameworkCore.Database.Command", "WebApp.Features.Sessions.SessionCookieHandler"];

    private static string? hash;

    // Control characters get no further than the edge: HostileTextTests.
    private static readonly string Hostile = $"ada\r\n{Forged} entry\u2028{Forged}\u2029\u202Etxt.exe";

    [Test]
    public async Task The_password_is_in_no_log_no_row_and_no_answer_and_names_break_no_line()
    {
        var book = new LogBook();
        // As an operator may look for an error. What the application keeps off by name stays off: request lines and the arguments of actions.
        string[] loud = [.. Loud.Select(category => $"Logging:LogLevel:{category}=Trace")];
        await using var app = await TestApp.StartAsync(adjust: builder => builder.Logging.ClearProviders().AddProvider(book), settings: loud);
        var answers = await SpreadAsync(app);

        Assert.That(book.Lines, Has.Count.GreaterThan(5_000), "the book was to hold everything");
        var dump = await Fingerprint.DumpAsync(app);
        using (Assert.EnterMultipleScope())
        {
            foreach (var secret in Secrets())
            {
                Assert.That(book.Lines.Where(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)), Is.Empty, "logs");
                Assert.That(secret != Link && answers.Any(answer => answer.Contains(secret, StringComparison.OrdinalIgnoreCase)), Is.False, "answers");
                Assert.That(dump.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)), Is.Negative, "database");
            }

            Assert.That(book.Lines.Where(IsBroken), Is.Empty);
        }

        await AssertRecordedAsync(app);
    }

    [Test]
    public async Task What_the_program_prints_by_itself_holds_none_of_it()
    {
        var database = await TestServer.NewDatabaseAsync();
        await using var app = await TestApp.StartAsync(database);
        await using var process = await AppProcess.StartAsync(database);
        using var http = process.NewClient();
        foreach (var way in WayIn.All(app))
        {
            foreach (var email in new[] { Hostile, "ada@example.org" })
            {
                using var call = Call(way, null, email);
                using var answer = await http.SendAsync(call);
                Assert.That((int)answer.StatusCode, Is.LessThan(500), $"{way}");
            }
        }

        Assert.That(process.Output, Is.Not.Empty.And.Not.Contain("\u001b[31mred").And.Not.Contain("\u2028"));
        Assert.That(process.Output.Split('\n').Where(line => line.TrimStart().StartsWith(Forged, StringComparison.Ordinal)), Is.Empty);
        foreach (var secret in Secrets())
        {
            Assert.That(process.Output, Does.Not.Contain(secret).IgnoreCase);
        }
    }

    private static bool IsBroken(string line) =>
        line.Contains($"\n{Forged}", StringComparison.Ordinal) || line.Contains('\u001b') || line.Contains('\u2028') || line.Contains('\u2029');

    // As it is, and as it may stand in JSON, a form, a query or a dump.
    private static IEnumerable<string> Secrets() => new[] { "Canary-sang 4711", "Canary-flew 4711", Link }
        .SelectMany(text => new[] { text, Uri.EscapeDataString(text), text.Replace(' ', '+'), Convert.ToBase64String(Encoding.UTF8.GetBytes(text))[..16] });

    /// <summary>Puts them everywhere, as a stranger and signed in, refused and accepted.</summary>
    private static async Task<List<string>> SpreadAsync(TestApp app)
    {
        var answers = new List<string>();
        foreach (var way in WayIn.All(app))
        {
            foreach (var known in way.Reads ? [true] : new[] { true, false })
            {
                // A fresh account each time, whose password the canary really is: what is accepted is looked at too.
                var user = (await app.CreateUserAsync("Ada")) with { Password = Canary };
                await app.QueryAsync<object>("UPDATE users SET password_hash = $2 WHERE id = $1", user.Id, await HashAsync(app));
                using var browser = await PageClient.SignInAsync(app, user);
                await browser.GetAsync("/account");
                var bearer = (await new ApiClient(app).LoginAsync(user)).Access;
                foreach (var request in way.IsApi ? [Call(way, bearer, known ? user.Email : Hostile)] : new[] { browser.Form(way.Path(), Fields(way, known ? user.Email : Hostile)), Call(way, null, user.Email) })
                {
                    request.Method = way.Method;
                    request.Content = way.Reads ? null : request.Content;
                    request.RequestUri = way.Reads && way.Inputs.Length > 0
                        ? new($"{way.Path()}?{string.Join('&', way.Inputs.Select(name => $"{name}={Uri.EscapeDataString(name == "token" ? Link : Hostile)}"))}", UriKind.Relative)
                        : request.RequestUri;
                    request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 \u001b[31mred FORGED");
                    var answer = await browser.SendAsync(request);
                    Assert.That((int)answer.Status, Is.LessThan(500), $"{way}");
                    answers.Add(answer.Body);
                    request.Dispose();
                }
            }
        }

        return answers;
    }

    private static async Task AssertRecordedAsync(TestApp app)
    {
        foreach (var kind in new[] { "sign_in_failed", "signed_in", "password_changed" })
        {
            Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = $1", kind), Is.Positive, kind);
        }

        Assert.That(
            await app.QueryAsync<long>(
                @"SELECT count(*) FROM security_events WHERE concat(kind, user_agent, detail) ~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]'"),
            Is.Zero);
    }

    private static async Task<string> HashAsync(TestApp app) => hash ??= await app.Services.GetRequiredService<PasswordHashing>().HashAsync(Canary, CancellationToken.None);

    private static HttpRequestMessage Call(WayIn way, string? bearer, string email)
    {
        var body = new JsonObject();
        foreach (var name in way.Body)
        {
            body[name] = name is "scopes" ? new JsonArray("profile.read") : name is "expires_in_days" ? 30 : Value(name, email);
        }

        var request = new HttpRequestMessage(way.Method, new Uri(way.Path(), UriKind.Relative));
        request.Headers.Authorization = bearer is null ? null : new("Bearer", bearer);
        request.Content = way.Reads ? null
            : way.IsApi ? new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json")
            : new FormUrlEncodedContent(way.Inputs.Select(name => KeyValuePair.Create(name, Value(name, email))));
        return request;
    }

    private static (string, string)[] Fields(WayIn way, string email) => [.. way.Inputs.Select(name => (name, Value(name, email)))];

    private static string Value(string name, string email) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() switch
    {
        "EMAIL" or "CONFIRMATION" => email,
        "NEWPASSWORD" => Newer,
        var other when other.Contains("PASSWORD", StringComparison.Ordinal) => Canary,
        "REMEMBERME" or "TRUSTDEVICE" => "true",
        _ => Hostile,
    };
}
