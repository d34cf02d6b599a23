using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Accounts.FirstRun;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts.FirstRun;

/// <summary>The first administrator, by the code that a start prints.</summary>
[Parallelizable(ParallelScope.All)]
[Category("Process")]
public sealed partial class SetupTests
{
    private const string Password = "copper lantern, quiet harbour";

    [Test]
    public async Task The_code_a_start_printed_makes_the_first_administrator_and_signs_the_browser_in()
    {
        var database = await TestServer.NewDatabaseAsync();
        await using var node = await AppProcess.StartAsync(database);
        await Patience.UntilAsync(() => Task.FromResult(Announcement().IsMatch(node.Output)));
        var code = Announcement().Match(node.Output).Groups["code"].Value;
        Assert.That(Announcement().Match(node.Output).Groups["url"].Value, Is.EqualTo(new Uri(node.BaseAddress, "/setup").ToString()));

        // Another node's code, typed carelessly, is as good.
        await using var app = await TestApp.StartAsync(database);
        var browser = new PageClient(app);
        Assert.That((await browser.GetAsync("/")).Text, Does.Contain("href=\"/setup\""));
        Assert.That((await browser.GetAsync("/login")).Text, Does.Contain("href=\"/setup\""));
        var answer = await browser.SubmitAsync("/setup", ("Code", $" {code.ToLowerInvariant().Replace('-', ' ').Replace('0', 'o').Replace('1', 'l')} "), ("Email", "ada@example.org"), ("Password", Password), ("DisplayName", "Ada"));
        Assert.That((answer.Status, answer.Headers.GetValueOrDefault("Location")), Is.EqualTo((HttpStatusCode.Found, "/account")), answer.Text);
        Assert.That((await browser.GetAsync("/account")).Text, Does.Contain("You are an administrator"));
        Assert.That(await browser.IsSignedInAsync(), Is.True);

        var me = await new ApiClient(app).GetAsync("/me", (await new ApiClient(app).LoginAsync(new(Guid.Empty, "ada@example.org", Password))).Access);
        Assert.That(me.Json.GetProperty("roles").EnumerateArray().Select(role => role.GetString()), Is.EqualTo(["admin", "user"]));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM setup_codes"), Is.Zero);

        // Closed on both nodes, the one whose memory said otherwise included.
        using var other = node.NewClient();
        await Patience.UntilAsync(async () => (await other.GetAsync(new Uri("/setup", UriKind.Relative))).StatusCode == HttpStatusCode.NotFound);
        var visitor = new PageClient(app);
        Assert.That((await visitor.GetAsync("/setup")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await visitor.GetAsync("/login")).Text, Does.Not.Contain("/setup"));
        var late = await visitor.SubmitAsync("/login", "/setup", ("Code", code), ("Email", "eve@example.org"), ("Password", Password));
        Assert.That(late.Status, Is.EqualTo(HttpStatusCode.NotFound));

        await using var again = await AppProcess.StartAsync(database);
        Assert.That(again.Output, Does.Not.Contain("No administrator yet"));
    }

    [Test]
    public async Task Of_two_browsers_at_once_one_becomes_administrator()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var app = await TestApp.StartAsync();
            var codes = app.Services.GetRequiredService<SetupCodes>();
            // Half with one code, half with a code of another node.
            string[] known = [await codes.AddAsync(default), await codes.AddAsync(default)];
            var browsers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
            {
                var browser = new PageClient(app);
                return (Browser: browser, Token: await browser.AntiforgeryTokenAsync("/setup"), Email: $"admin{n}@example.org", Code: known[n % 2]);
            }));
            var answers = await Task.WhenAll(browsers.Select(b => b.Browser.PostAsync(
                "/setup", ("Code", b.Code), ("Email", b.Email), ("Password", Password), ("__RequestVerificationToken", b.Token))));

            Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.Found), Is.EqualTo(1));
            Assert.That(answers.Count(answer => answer.Status is HttpStatusCode.NotFound or HttpStatusCode.OK), Is.EqualTo(7), "refused: closed, or the code is used");
            Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM users"), Is.EqualTo(1));
            Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM user_roles JOIN roles ON id = role_id WHERE name = 'admin'"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_wrong_code_makes_nobody_and_guesses_are_limited()
    {
        await using var app = await TestApp.StartAsync();
        var code = await app.Services.GetRequiredService<SetupCodes>().AddAsync(default);
        var browser = new PageClient(app);
        foreach (var wrong in (string[])["", "ABCDE-FGHJK-MNPQR-STVWX", code[..^1], code + "0", new('0', 5000), "%", "''"])
        {
            Assert.That((await TryAsync(wrong)).Text, Does.Contain("That is not the code."), wrong);
        }

        await TryAsync("x");
        await TryAsync("x");
        await TryAsync("x");
        Assert.That((await TryAsync(code)).Text, Does.Contain("Too many codes were tried from here. Try again in 15 minutes."));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM users"), Is.Zero);
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'setup_failed'"), Is.EqualTo(10));

        app.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.That((await TryAsync(code)).Status, Is.EqualTo(HttpStatusCode.Found));

        Task<Answer> TryAsync(string text) => browser.SubmitAsync("/setup", ("Code", text), ("Email", "ada@example.org"), ("Password", Password));
    }

    [Test]
    public async Task A_code_does_not_last_for_ever_and_is_not_spent_by_a_mistake()
    {
        await using var app = await TestApp.StartAsync();
        var old = await app.Services.GetRequiredService<SetupCodes>().AddAsync(default);
        app.Clock.Advance(SetupCodes.Lifetime);
        var code = await app.Services.GetRequiredService<SetupCodes>().AddAsync(default);
        var user = await app.CreateUserAsync();
        var browser = new PageClient(app);
        Assert.That((await SubmitAsync(old, "ada@example.org", Password)).Text, Does.Contain("That is not the code."));
        Assert.That((await SubmitAsync(code, "ada", Password)).Text, Does.Contain("Email-error"));
        Assert.That((await SubmitAsync(code, "ada@example.org", "short")).Text, Does.Contain("Password-error"));
        Assert.That((await SubmitAsync(code, user.Email, Password)).Text, Does.Contain("has an account already"));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM users"), Is.EqualTo(1));
        Assert.That((await SubmitAsync(code, "ada@example.org", Password)).Status, Is.EqualTo(HttpStatusCode.Found));

        Task<Answer> SubmitAsync(string text, string email, string password) => browser.SubmitAsync("/setup", ("Code", text), ("Email", email), ("Password", password));
    }

    [Test]
    public async Task What_is_kept_of_a_code_does_not_show_it()
    {
        await using var app = await TestApp.StartAsync();
        var code = await app.Services.GetRequiredService<SetupCodes>().AddAsync(default);
        var kept = await app.QueryAsync<byte[]>("SELECT code_hash FROM setup_codes ORDER BY created_at DESC LIMIT 1");
        Assert.That(kept, Is.EqualTo(SetupCode.HashOf(code)).And.Length.EqualTo(32));
        Assert.That(code, Does.Match("^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$"));
        Assert.That(SetupCode.New(), Is.Not.EqualTo(code));
    }

    [GeneratedRegex("Nobody is administrator yet. Open (?<url>[^ ]+) and use the code (?<code>[0-9A-Z-]{23})")]
    private static partial Regex Announcement();
}
