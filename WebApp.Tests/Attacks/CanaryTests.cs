using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>
/// What is secret is in no log and no event, whatever door it is sent to (ASVS 14.2.1, 16.2.5), and nothing a client sends begins a line of
/// its own (ASVS 16.4.1).
/// </summary>
public sealed partial class CanaryTests
{
    private const string Canary = "Canary-7f3e-harbour!";
    private const string Forged = "x\r\nwarn: forged line\u0085\u2028info: forged line\u001b[2J\u202Edrawkcab";

    private static readonly string[] Secrets = ["password", "new_password", "current_password", "code", "token", "refresh_token", "mfa_token", "master_password", "secret"];
    private static readonly string[] Story = ["registered", "email_confirmed", "signed_in", "password_reset_requested", "api_token_created", "mail_proof_failed", "password_reset"];
    private static readonly string[] Names = ["email", "display_name", "device_name", "name", "method", "username"];

    private readonly LogLines log = new();
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
    public async Task Canaries_sent_to_every_endpoint_are_in_no_log_and_no_event()
    {
        var user = await app.CreateUserAsync();
        var tokens = await new ApiClient(app).LoginAsync(user);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = app.BaseAddress };
        using var browser = await SettingsClient.SignedInAsync(app, user);
        var endpoints = Endpoints();
        foreach (var (method, path, isForm) in endpoints)
        {
            foreach (var email in new[] { user.Email, Forged })
            {
                if (isForm && !path.Contains("logout", StringComparison.Ordinal))
                {
                    var shown = await browser.PostAsync(path, [.. Fields(email).Select(field => (field.Key.Replace("_", "", StringComparison.Ordinal), field.Value))]);
                    Assert.That((int)shown.Status, Is.LessThan(500), path);
                    continue;
                }

                using var request = new HttpRequestMessage(method, new Uri($"{path}?before={Uri.EscapeDataString(Forged)}", UriKind.Relative))
                {
                    Content = new StringContent(System.Text.Json.JsonSerializer.Serialize(Fields(email).ToDictionary()), Encoding.UTF8, "application/json"),
                };
                request.Headers.TryAddWithoutValidation("User-Agent", "curl/8\tforged \u202E agent");
                request.Headers.Authorization = path.Contains("logout", StringComparison.Ordinal) ? null : new("Bearer", tokens.Access);
                using var response = await http.SendAsync(request);
                Assert.That((int)response.StatusCode, Is.LessThan(500), path);
            }
        }

        TestContext.Out.WriteLine($"{endpoints.Length} endpoints, {log.Entries.Count} log entries");
        await AssertCleanAsync([Canary, Uri.EscapeDataString(Canary)]);
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'sign_in_failed'"), Is.GreaterThanOrEqualTo(2), "the event itself is there");
    }

    [Test]
    public async Task Links_codes_and_tokens_of_a_whole_story_are_in_no_log_and_no_event()
    {
        var api = new ApiClient(app);
        var (email, password) = ($"story-{Guid.NewGuid():N}@example.org", $"Copper lantern {Guid.NewGuid():N}!");
        await api.PostAsync("/auth/register", new { email, password, display_name = "Ada" });
        var confirm = await Mailbox.NewestAsync(email, "/confirm-email", app.BaseAddress);
        using var browser = new SettingsClient(app);
        await browser.GetAsync(confirm.Link);
        await browser.PostAsync("/confirm-email", ("Token", confirm.Token));
        var tokens = await api.LoginAsync(new(Guid.Empty, email, password), Forged);
        await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });
        await browser.LoginAsync(email, password);
        var key = browser.SessionKey!;
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
            Assert.That(log.Entries.Concat(events).Where(text => secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal))), Is.Empty);
            Assert.That(log.Entries.Where(text => ForgedLine().IsMatch(text)), Is.Empty);
            Assert.That(events.Concat(names).Where(text => text.Any(IsUnfit)), Is.Empty);
        }
    }

    private static bool IsUnfit(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || c is >= '\u202A' and <= '\u202E';

    private static IEnumerable<KeyValuePair<string, string>> Fields(string email) => Secrets.Select(name => KeyValuePair.Create(name, Canary))
        .Concat(Names.Select(name => KeyValuePair.Create(name, name is "email" or "username" ? email : name == "method" ? "totp" : Forged)));

    private (HttpMethod Method, string Path, bool IsForm)[] Endpoints()
    {
        var found = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is not null)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Select(method => (
                new HttpMethod(method),
                Parameter().Replace($"/{endpoint.RoutePattern.RawText!.TrimStart('/')}", Guid.NewGuid().ToString()),
                !endpoint.RoutePattern.RawText!.StartsWith("api/", StringComparison.Ordinal))) ?? [])
            .Where(endpoint => endpoint.Item1 != HttpMethod.Get).ToArray();
        Assert.That(found, Has.Length.GreaterThan(40));
        return found;
    }

    [GeneratedRegex("[\r\n\u0085\u2028]\\s*(?:warn|info): forged")]
    private static partial Regex ForgedLine();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
