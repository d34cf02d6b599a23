using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Admin;

/// <summary>What is in force, and no secret.</summary>
public sealed class PolicyPageTests() : OwnApp("Password:MinLength=14", "Tokens:AccessTokenMinutes=5", "Proxy:Trusted=10.0.0.7", "Registration:Mode=Invited", "Cors:AllowedOrigins=https://app.example.org", "SECRET_KEY=kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", "Alerts:Webhook:Url=http://127.0.0.1:9/hook-path", "Alerts:Webhook:Secret=wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww")
{
    [Test]
    public async Task What_was_changed_is_marked_and_secrets_stay_away()
    {
        var admin = await App.CreateAdminAsync();
        var page = (await (await PageClient.SignInAsync(App, admin)).GetAsync("/admin/policy")).Text;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Row(page, "Password:MinLength"), Does.Contain("14").And.Contain("Changed").And.Contain(">12<"));
            Assert.That(Row(page, "Tokens:AccessTokenMinutes"), Does.Contain("Changed"));
            Assert.That(Row(page, "Proxy:Trusted"), Does.Contain("10.0.0.7").And.Contain("Changed"));
            Assert.That(Row(page, "Registration:Mode"), Does.Contain("Invited").And.Contain("Changed"));
            Assert.That(Row(page, "Cors:AllowedOrigins"), Does.Contain("https://app.example.org").And.Contain("Changed"));
            Assert.That(Row(page, "ForwardAuth:Sites"), Does.Contain("none").And.Not.Contain("Changed"));
            Assert.That(Row(page, "Protection:MaxFailures"), Does.Contain(">5").And.Not.Contain("Changed"));
            Assert.That(Row(page, "Alerts:Webhook:Url"), Does.Contain("set"));
            Assert.That(page, Does.Not.Contain("kkkkkkkk").And.Not.Contain("wwwwwwww").And.Not.Contain(TestApp.MasterKey).And.Not.Contain("hook-path"));
        }
    }

    [Test]
    public async Task Every_documented_setting_that_is_neither_secret_nor_plumbing_is_shown()
    {
        var page = (await (await PageClient.SignInAsync(App, await App.CreateAdminAsync())).GetAsync("/admin/policy")).Text;
        string[] documented =
        [
            .. File.ReadLines(Path.Combine(TestApp.ContentRoot, "..", "docs", "configuration.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .SelectMany(line => Regex.Matches(line.Split('|')[1], "`([A-Z][A-Za-z]+:[A-Za-z:]+)`").Select(key => key.Groups[1].Value)),
        ];
        Assert.That(documented, Has.Length.GreaterThan(60));
        Assert.That(documented.Where(key => !Elsewhere.Any(part => key.StartsWith(part, StringComparison.Ordinal)) && Row(page, key).Length == 0), Is.Empty);
    }

    // Connections, looks and logs; lists with pages of their own; and Development.
    private static readonly string[] Elsewhere =
    [
        "ConnectionStrings:", "App:Name", "App:HstsSubdomains", "Server:", "Logging:", "Telemetry:", "Branding:", "Email:Smtp:", "Applications:", "ExternalLogins:", "Webhooks:", "Localhost:", "Alerts:Webhook:Secret",
    ];

    private static string Row(string page, string key) => Regex.Match(page, $"<tr data-setting=\"{key}\">.*?</tr>", RegexOptions.Singleline).Value;
}
