using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Admin;

/// <summary>What is in force, and no secret.</summary>
public sealed class PolicyPageTests() : OwnApp("Password:MinLength=14", "Tokens:AccessTokenMinutes=5", "Proxy:Trusted=10.0.0.7", "SECRET_KEY=kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", "Alerts:Webhook:Url=http://127.0.0.1:9/hook-path", "Alerts:Webhook:Secret=wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww")
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
            Assert.That(Row(page, "Protection:MaxFailures"), Does.Contain(">5").And.Not.Contain("Changed"));
            Assert.That(Row(page, "Alerts:Webhook:Url"), Does.Contain("set"));
            Assert.That(page, Does.Not.Contain("kkkkkkkk").And.Not.Contain("wwwwwwww").And.Not.Contain(TestApp.MasterKey).And.Not.Contain("hook-path"));
        }
    }

    private static string Row(string page, string key) => Regex.Match(page, $"<tr data-setting=\"{key}\">.*?</tr>", RegexOptions.Singleline).Value;
}
