using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Random input at every way in: bodies, forms, queries, cookies and headers. Never a failure of ours.</summary>
public sealed class FuzzOverHttpTests
{
    private const int Senders = 8;
    private const int Fresh = 60;

    // A quick share of them in every run; FUZZ_TIMES=12 sends 100,000.
    private static readonly int Requests = 8_400 * Fuzz.Times;

    private static readonly string[] CookieNames = ["session", "pending", "device", "antiforgery", "notice", "passkey"];

    private static readonly string[] HeaderNames = ["X-Forwarded-For", "Forwarded", "Accept", "Sec-Fetch-Site", "Accept-Language", "Origin", "If-None-Match"];

    private readonly LogBook book = new();

    private TestApp App { get; set; } = null!;

    [OneTimeSetUp]
    public async Task Start() => App = await TestApp.StartAsync(adjust: builder => builder.Logging.ClearProviders().AddProvider(book));

    [OneTimeTearDown]
    public ValueTask Stop() => App.DisposeAsync();

    [Test]
    public async Task No_input_makes_it_fail()
    {
        var since = Stopwatch.GetTimestamp();
        var tallies = await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(sender))));

        var statuses = tallies.SelectMany(tally => tally).GroupBy(pair => pair.Key, pair => pair.Value).OrderBy(group => group.Key).Select(group => $"{group.Key}: {group.Sum()}");
        TestContext.Out.WriteLine($"{Requests} requests in {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s; {string.Join(", ", statuses)}");
        Assert.That(tallies.SelectMany(tally => tally.Keys).Distinct().Count(), Is.GreaterThan(5), "more than the doorstep was to be reached");
    }

    private async Task<Dictionary<int, int>> SendAsync(int sender)
    {
        var random = new Random(Fuzz.Seed + sender);
        var noise = new Noise(random);
        var tally = new Dictionary<int, int>();
        using var http = App.NewClient();
        // The Development mailbox shows all mail there is, and takes no input.
        var (ways, scene) = (WayIn.All(App).Where(way => way.Route is not ("dev/mailbox" or "dev/mailbox.json")).ToArray(), await SceneAsync());
        for (var i = 0; i < Requests / Senders; i++)
        {
            // Signing out and changing passwords are among the inputs: it goes on signed in.
            scene = i % Fresh == Fresh - 1 ? await SceneAsync() : scene;
            var way = ways[random.Next(ways.Length)];
            using var request = Request(scene, way, noise, random);
            var text = request.Content is null ? "" : Encoding.UTF8.GetString(await request.Content.ReadAsByteArrayAsync());
            using var answer = await http.SendAsync(request);
            var status = (int)answer.StatusCode;
            Assert.That(status, Is.LessThan(500), () => $"FUZZ_SEED={Fuzz.Seed}, sender {sender}, request {i}: {way} {request.RequestUri}\n{request.Headers}\n{text}\n{book.Lines.LastOrDefault(line => line.Contains("Unexpected failure", StringComparison.Ordinal))}");
            tally[status] = tally.GetValueOrDefault(status) + 1;
        }

        return tally;
    }

    private async Task<Scene> SceneAsync()
    {
        var user = await App.CreateUserAsync("Ada");
        var (_, session) = await App.OpenBrowserSessionAsync(user);
        using var browser = new Visitor(App);
        browser.Cookies["session"] = session.Reveal();
        using var page = await browser.GetAsync("/account/profile");
        return new(user.Email, (await new ApiClient(App).LoginAsync(user)).Access, session.Reveal(), browser.Cookies["antiforgery"], browser.Token);
    }

    private static HttpRequestMessage Request(Scene scene, WayIn way, Noise noise, Random random)
    {
        var path = way.Path(random.Next(3) == 0 ? Uri.EscapeDataString(noise.Text()) : null);
        if (way.Reads || random.Next(4) == 0)
        {
            path += "?" + string.Join('&', way.Inputs.Append("x").Select(name => $"{name}={(random.Next(2) == 0 ? noise.Escapes() : Uri.EscapeDataString(noise.Text()))}"));
        }

        var request = new HttpRequestMessage(way.Method, new Uri(path, UriKind.Relative));
        Header(request, "Authorization", random.Next(4) switch
        {
            0 => noise.Header("Bearer "),
            1 => noise.Mutate("Bearer " + scene.Bearer),
            _ => "Bearer " + scene.Bearer,
        });
        Header(request, "Cookie", random.Next(4) switch
        {
            0 => string.Join("; ", CookieNames.Select(name => $"{name}={noise.Header("")}")),
            1 => noise.Mutate($"session={scene.Session}; antiforgery={scene.Antiforgery}"),
            _ => $"session={scene.Session}; antiforgery={scene.Antiforgery}",
        });
        if (random.Next(3) == 0)
        {
            Header(request, "User-Agent", noise.Header("Mozilla/5.0 "));
            Header(request, HeaderNames[random.Next(7)], noise.Header(""));
        }

        if (!way.Reads)
        {
            request.Content = way.IsApi ? Json(noise.Body(way.Body), random) : Form(scene, way, noise, random);
        }

        return request;
    }

    private static ByteArrayContent Json(string json, Random random)
    {
        var content = new ByteArrayContent(random.Next(10) == 0 ? Encoding.Latin1.GetBytes(json) : Encoding.UTF8.GetBytes(json));
        content.Headers.TryAddWithoutValidation("Content-Type", random.Next(20) == 0 ? $"application/json; charset={Charset(random)}" : "application/json");
        return content;
    }

    private static StringContent Form(Scene scene, WayIn way, Noise noise, Random random)
    {
        var fields = way.Inputs.Select(name => $"{name}={(name == "Email" && random.Next(3) == 0 ? Uri.EscapeDataString(scene.Email) : random.Next(2) == 0 ? noise.Escapes() : Uri.EscapeDataString(noise.Text()))}")
            .Append($"__RequestVerificationToken={Uri.EscapeDataString(random.Next(8) == 0 ? noise.Mutate(scene.Token) : scene.Token)}");
        var form = new StringContent(string.Join('&', fields), Encoding.UTF8, "application/x-www-form-urlencoded");
        form.Headers.ContentType!.CharSet = random.Next(20) == 0 ? Charset(random) : "utf-8";
        return form;
    }

    private static string Charset(Random random) => new[] { "utf-16", "utf-7", "utf-32", "us-ascii", "iso-8859-1", "\"utf-8\"", "nonsense" }[random.Next(7)];

    private static void Header(HttpRequestMessage request, string name, string value) => request.Headers.TryAddWithoutValidation(name, value);

    private sealed record Scene(string Email, string Bearer, string Session, string Antiforgery, string Token);
}
