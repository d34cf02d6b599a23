using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>
/// What is mailed, shown and handed out in a whole story is in no log and no event (ASVS 14.2.1, 16.2.5), and nothing a client sends begins a
/// line of its own (ASVS 16.4.1).
/// </summary>
public sealed partial class SecretsInLogsTests
{
    private const string Forged = "x\r\nwarn: forged line\u2028info: forged line\u202Edrawkcab";
    private static readonly string[] Story = ["registered", "email_confirmed", "signed_in", "password_reset_requested", "api_token_created", "mail_proof_failed", "password_reset"];

    private readonly LogBook log = new();
    private TestApp app = null!;

    [OneTimeSetUp]
    public async Task Start() => app = await TestApp.StartAsync(
        adjust: builder => builder.Logging.ClearProviders().AddProvider(log),
        settings: ["Logging:LogLevel:Default=Information", "Logging:LogLevel:WebApp=Trace", "Logging:LogLevel:Microsoft.AspNetCore.Mvc=Debug"]);

    [OneTimeTearDown]
    public async Task Stop()
    {
        await app.DisposeAsync();
        log.Dispose();
    }

    [Test]
    public async Task Links_codes_and_tokens_of_a_whole_story_are_in_no_log_and_no_event()
    {
        var api = new ApiClient(app);
        var (email, password) = ($"story-{Guid.NewGuid():N}@example.org", TestUser.NewPassword());
        await api.PostAsync("/auth/register", new { email, password, display_name = "Ada" });
        var confirm = await Mailbox.NewestAsync(email, "/confirm-email", app.BaseAddress);
        using var browser = new PageClient(app);
        await browser.GetAsync(confirm.Link);
        await browser.PostFormAsync("/confirm-email", ("Token", confirm.Token), ("Password", password));
        var tokens = await api.LoginAsync(new(Guid.Empty, email, password), Forged);
        await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });
        await browser.LoginAsync(new(Guid.Empty, email, password));
        var key = browser.Session!;
        await api.PostAsync("/auth/forgot-password", new { email });
        var reset = await Mailbox.NewestAsync(email, "/reset-password", app.BaseAddress);
        await browser.GetAsync(reset.Link);
        var made = await api.PostAsync("/api-tokens", new { name = "ci" }, tokens.Access);
        await api.PostAsync("/auth/reset-password", new { email, code = "00000000", new_password = $"{password}2" });
        await api.PostAsync("/auth/reset-password", new { email, code = reset.Code, new_password = $"{password}2" });

        await AssertCleanAsync([password, confirm.Token, confirm.Code, reset.Token, reset.Code, tokens.Access, tokens.Refresh, key, made.Json.GetProperty("token").GetString()!]);
        var id = await app.QueryAsync<Guid>("SELECT id FROM users WHERE email = $1", email);
        Assert.That(
            await app.QueryAsync<string[]>("SELECT array_agg(kind ORDER BY id) FROM security_events WHERE user_id = $1", id),
            Is.SupersetOf(Story));
    }

    private async Task AssertCleanAsync(string[] secrets)
    {
        var events = (await app.QueryAsync<string[]>("SELECT array_agg(concat_ws('|', kind, user_agent, detail)) FROM security_events"))!;
        var names = (await app.QueryAsync<string[]>("SELECT array_agg(concat_ws('|', device_name, user_agent)) FROM sessions"))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.Lines.Concat(events).Where(text => secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal))), Is.Empty);
            Assert.That(log.Lines.Where(text => ForgedLine().IsMatch(text)), Is.Empty);
            Assert.That(events.Concat(names).Where(text => text.Any(IsUnfit)), Is.Empty);
        }
    }

    private static bool IsUnfit(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || c is >= '\u202A' and <= '\u202E';

    [GeneratedRegex("[\r\n\u0085\u2028]\\s*(?:warn|info): forged")]
    private static partial Regex ForgedLine();
}
