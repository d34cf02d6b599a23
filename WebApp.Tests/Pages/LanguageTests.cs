using System.Net;
using System.Text.RegularExpressions;
using WebApp.Features.Audit;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary>The language of pages and mails: the user's setting, else the browser's.</summary>
public sealed partial class LanguageTests
{
    // What the walk itself has named, and names of formats and brands.
    private static readonly HashSet<string> Known = ["WebApp", "webapp", "Ada", "XXXX-XXXX", "Backup", "Sunday choir", "Wiki", "admin", "user", "helper", "JSON", "CSV", "NDJSON", "UTC", "Soft", "All", "Monitor", "Nobody", "None", "Open", "Detect", "ExternalLogins", "X-Remote-User", "X-Remote-Email", "browser pwd", "api pwd", "admin, user", "house", "profile", "email", "groups", "roles", .. SecurityEventKind.All];

    // What the command line says alike.
    private static readonly string[] EnglishOnly = ["doctor", "openapi", "swagger"];

    private TestApp app = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => app = await TestApp.StartNamedAsync();

    [OneTimeTearDown]
    public ValueTask StopAsync() => app.DisposeAsync();

    [TestCase("de", "de", "Anmelden")]
    [TestCase("de-AT,de;q=0.9,en;q=0.8", "de", "Anmelden")]
    [TestCase("fr-FR,fr;q=0.9,de;q=0.5,en;q=0.4", "de", "Anmelden")]
    [TestCase("en-GB,en;q=0.9,de;q=0.8", "en", "Sign in")]
    [TestCase("de;q=0,en", "en", "Sign in")]
    [TestCase("fr", "en", "Sign in")]
    [TestCase("\"", "en", "Sign in")]
    public async Task A_page_is_in_the_first_language_of_the_browser_that_there_is(string asked, string language, string title)
    {
        var page = await GetAsync("/login", asked);
        Assert.That(page, Does.Contain($"<html lang=\"{language}\"").And.Contain($"<h1>{title}</h1>"));
    }

    [Test]
    public async Task The_setting_of_a_user_comes_before_their_browser()
    {
        var user = await app.CreateUserAsync();
        using var browser = await PageClient.SignInAsync(app, user);
        var saved = await browser.SubmitAsync("/account/profile", ("DisplayName", "Ada"), ("Language", "de"), ("TimeZone", "Europe/Berlin"));
        Assert.That(saved.Status, Is.EqualTo(HttpStatusCode.Found), saved.Text);
        var page = (await browser.GetAsync("/account/profile")).Text;
        Assert.That(page, Does.Contain("<html lang=\"de\" data-time-zone=\"Europe/Berlin\"").And.Contain("Ihr Profil ist gespeichert."));
        var missing = (await browser.GetAsync("/nowhere")).Text;
        Assert.That(missing, Does.Contain("<html lang=\"de\""), "an error page too");
    }

    [TestCase("Berlin")]
    [TestCase("Europe/Atlantis")]
    [TestCase("../../etc/passwd")]
    public async Task A_time_zone_that_there_is_not_is_refused_and_nothing_is_saved(string zone)
    {
        var user = await app.CreateUserAsync("Ada");
        using var browser = await PageClient.SignInAsync(app, user);
        var refused = await browser.SubmitAsync("/account/profile", ("DisplayName", "Grace"), ("Language", "de"), ("TimeZone", zone));
        Assert.That(refused.Text, Does.Contain("We do not know this time zone."));
        Assert.That((await browser.GetAsync("/account")).Text, Does.Contain("Hello, Ada"));
    }

    [Test]
    public async Task Who_registers_in_German_gets_mails_in_German()
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        using var browser = new PageClient(app).Asking("de-DE");
        await browser.SubmitAsync("/register", ("Email", email), ("Password", TestUser.NewPassword("Velvet harbour")));
        await Mailbox.NewestAsync(email, "/confirm-email", app.BaseAddress);
        Assert.That(await Mailbox.SubjectsAsync(email, app), Has.Some.Contains("Bestätigen Sie"));
    }

    [Test]
    public async Task An_account_that_an_administrator_makes_is_left_to_the_browser_of_its_owner()
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        using var browser = (await PageClient.SignInAsync(app, await app.CreateAdminAsync())).Asking("de");
        var made = await browser.SubmitAsync("/admin/users/new", ("Email", email));
        Assert.That(made.Status, Is.EqualTo(HttpStatusCode.Found), made.Text);
        Assert.That(await app.QueryAsync<string>("SELECT coalesce(language, 'none') FROM users WHERE email = $1", email), Is.EqualTo("none"));
        await Mailbox.NewestAsync(email, "/reset-password", app.BaseAddress);
        Assert.That(await Mailbox.SubjectsAsync(email, app), Has.All.Not.Contains("Konto"));
    }

    [Test]
    public async Task Who_registers_by_the_API_gets_mails_in_the_language_that_the_client_asks_for_and_so_does_their_account()
    {
        var (email, password) = ($"{Guid.NewGuid():N}@example.org", TestUser.NewPassword("Velvet harbour"));
        using var http = app.NewClient();
        http.DefaultRequestHeaders.Add("Accept-Language", "de-AT, en;q=0.5");
        var api = new ApiClient(http);

        await api.PostAsync("/auth/register", new { email, password });
        var mail = await Mailbox.NewestAsync(email, "/confirm-email", app.BaseAddress);
        Assert.That(await Mailbox.SubjectsAsync(email, app), Has.Some.Contains("Bestätigen Sie"));
        var confirmed = await api.PostAsync("/auth/confirm-email", new { email, password, code = mail.Code });
        Assert.That(confirmed.Status, Is.EqualTo(HttpStatusCode.NoContent), confirmed.Text);
        Assert.That(await app.QueryAsync<string>("SELECT language FROM users WHERE email = $1", email), Is.EqualTo("de"));
    }

    [TestCase(null, "Setzen Sie Ihr Passwort")]
    [TestCase("en", "Reset your password")]
    public async Task A_mail_that_the_API_starts_is_in_the_language_of_its_user_else_of_the_client(string? set, string subject)
    {
        var user = await app.CreateUserAsync();
        await app.QueryAsync<object>("UPDATE users SET language = $2 WHERE id = $1", user.Id, set ?? (object)DBNull.Value);
        using var http = app.NewClient();
        http.DefaultRequestHeaders.Add("Accept-Language", "de");
        await new ApiClient(http).PostAsync("/auth/forgot-password", new { email = user.Email });
        await Mailbox.NewestAsync(user.Email, "/reset-password", app.BaseAddress);
        Assert.That(await Mailbox.SubjectsAsync(user.Email, app), Has.Some.StartsWith(subject));
    }

    [Test]
    public async Task A_change_that_a_user_makes_by_the_API_is_mailed_in_the_language_of_the_client_and_one_that_an_administrator_makes_is_not()
    {
        var (user, other) = (await app.CreateUserAsync(), await app.CreateUserAsync());
        using var http = app.NewClient();
        http.DefaultRequestHeaders.Add("Accept-Language", "de");
        var api = new ApiClient(http);
        var access = (await api.LoginAsync(user)).Access;
        var changed = await api.PostAsync("/password", new { current_password = user.Password, new_password = TestUser.NewPassword("Velvet harbour") }, access);
        Assert.That(changed.Status, Is.EqualTo(HttpStatusCode.NoContent), changed.Text);
        await Patience.UntilAsync(async () => (await Mailbox.SubjectsAsync(user.Email, app)).Any(subject => subject.StartsWith("Ihr Passwort wurde geändert", StringComparison.Ordinal)));

        var admin = (await api.LoginAsync(await app.CreateAdminAsync())).Access;
        var locked = await api.PostAsync($"/admin/users/{other.Id}/lock", new { }, admin);
        Assert.That(locked.Status, Is.EqualTo(HttpStatusCode.NoContent), locked.Text);
        await Patience.UntilAsync(async () => (await Mailbox.SubjectsAsync(other.Email, app)).Any(subject => subject.StartsWith("Your account was locked", StringComparison.Ordinal)));
    }

    [Test]
    public async Task The_API_answers_in_English()
    {
        using var http = app.NewClient();
        http.DefaultRequestHeaders.Add("Accept-Language", "de");
        var answer = await new ApiClient(http).PostAsync("/auth/register", new { email = "x", password = "x" });
        Assert.That(answer.Text, Does.Contain("Enter an email address"));
    }

    [Test]
    public async Task The_advice_on_a_password_is_in_the_language_of_the_page()
    {
        using var http = app.NewClient();
        http.DefaultRequestHeaders.Add("Accept-Language", "de");
        var answer = await new ApiClient(http).PostAsync("/password/strength", new { password = "x" });
        Assert.That(answer.Text, Does.Contain("mindestens 12 Zeichen"));
    }

    /// <summary>With the pseudo language every text that goes through the texts is in brackets: whatever has letters outside them is forgotten, or it is data.</summary>
    [Test]
    public async Task No_page_has_a_text_that_is_not_translated()
    {
        var walk = new PageWalk(app);
        var user = await app.CreateUserAsync("4711");
        var member = await app.CreateUserAsync("4712");
        using var owner = new PageClient(app);
        var tokens = await walk.LinksAsync(user);
        var (_, ids) = await walk.BelongingsAsync(user, member, owner);
        owner.Asking("qps-ploc");
        SortedSet<string> forgotten = [];
        var pages = 0;
        foreach (var way in WayIn.All(app).Where(way => way.Method == HttpMethod.Get && !way.IsApi && !EnglishOnly.Contains(way.Route.Split('/')[^1]) && !way.Route.StartsWith("dev/", StringComparison.Ordinal)))
        {
            foreach (var path in way.Route.Contains('{', StringComparison.Ordinal) ? ids.Select(id => way.Path(id, member.Id.ToString())) : [way.Path()])
            {
                foreach (var query in tokens.Select(token => PageWalk.Query(way, token, member.Id)).Distinct())
                {
                    var answer = await owner.GetAsync(path + query);
                    if (answer.MediaType == "text/html")
                    {
                        pages++;
                        forgotten.UnionWith(Untranslated(answer.Body).Select(text => $"{way.Route}: {text}"));
                    }
                }
            }
        }

        TestContext.Out.WriteLine($"{pages} pages");
        Assert.That(pages, Is.GreaterThan(60));
        Assert.That(forgotten, Is.Empty, string.Join('\n', forgotten));
    }

    private static IEnumerable<string> Untranslated(string html)
    {
        var shown = Data().Replace(html, "");
        for (var before = ""; before != shown;)
        {
            (before, shown) = (shown, Translated().Replace(shown, "")); // A text may be in another.
        }

        return Text().Matches(shown).Concat(Attribute().Matches(shown)).Select(text => WebUtility.HtmlDecode(text.Groups["text"].Value).Replace("· WebApp", "", StringComparison.Ordinal).Trim())
            .Where(text => Letters().IsMatch(text) && !Known.Contains(text) && !Name().IsMatch(text));
    }

    private async Task<string> GetAsync(string path, string language)
    {
        using var browser = new PageClient(app).Asking(language);
        return (await browser.GetAsync(path)).Text;
    }

    // Scripts, and what is marked as data: it stays as it is in every language.
    [GeneratedRegex("""<(?<tag>script|style|svg|code|kbd|pre|bdi|time)\b.*?</\k<tag>>|<(?<own>\w+)[^>]*translate="no"[^>]*>.*?</\k<own>>""", RegexOptions.Singleline)]
    private static partial Regex Data();

    [GeneratedRegex(">(?<text>[^<]+)<")]
    private static partial Regex Text();

    [GeneratedRegex(""""(?:aria-label|alt|title|placeholder|data-say[\w-]*)="(?<text>[^"]+)"""")]
    private static partial Regex Attribute();

    [GeneratedRegex("⟦[^⟦⟧]*⟧")]
    private static partial Regex Translated();

    // An address, an id or hash, a permission, a kind of event or mail, a number with its unit, a time, a setting and its values.
    [GeneratedRegex(@"^(\S+@\S+|[0-9A-Z]{13}:[0-9A-F]{8}|[0-9a-f-]{30,}|[a-z_]+\.[a-z_]+|[a-z]+(-[a-z]+)+|[\w-]{16}|\S*\d\S*|\S+:\S+|[A-Z]\w+(, [A-Z]\w+)+|[\d.]+ m?s( / [\d.]+ m?s)*|\d\d:\d\d UTC)$")]
    private static partial Regex Name();

    [GeneratedRegex(@"\p{L}{2}")]
    private static partial Regex Letters();
}
