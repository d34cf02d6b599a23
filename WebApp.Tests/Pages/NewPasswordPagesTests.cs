using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Passwords;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary>Every page on which a password is chosen lists the rules, without scripts too.</summary>
public sealed class NewPasswordPagesTests
{
    private static readonly string Views = Path.Combine(TestApp.ContentRoot, "Views");

    [TestCase("/register")]
    [TestCase("/reset-password")]
    [TestCase("/account/password")]
    public async Task A_page_lists_the_rules_of_the_policy(string path)
    {
        using var browser = await PageClient.SignInAsync(TestApp.Shared, await TestApp.Shared.CreateUserAsync());
        var page = await browser.GetAsync(path);
        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK));
        var listed = Regex.Matches(page.Text, "<li data-rule=\"([a-z]+)\">.*?</span> (.*?) <span", RegexOptions.Singleline)
            .Select(item => (item.Groups[1].Value, WebUtility.HtmlDecode(item.Groups[2].Value)));
        var rules = TestApp.Shared.Services.GetRequiredService<PasswordPolicy>().List.Select(rule => (rule.Name, rule.Text));
        Assert.That(listed, Is.EqualTo(rules));
    }

    [Test]
    public void No_view_asks_for_a_new_password_without_the_rules()
    {
        var views = Directory.EnumerateFiles(Views, "*.cshtml", SearchOption.AllDirectories).Select(file => (Name: Path.GetRelativePath(Views, file), Text: File.ReadAllText(file)))
            .Where(view => view.Text.Contains("new-password", StringComparison.Ordinal)).ToArray();
        Assert.That(views, Has.Length.GreaterThanOrEqualTo(5));
        Assert.That(views.Where(view => !view.Text.Contains("_PasswordMeter", StringComparison.Ordinal) || !view.Text.Contains("password-meter.js", StringComparison.Ordinal) || !view.Text.Contains("aria-describedby=\"password-rules\"", StringComparison.Ordinal)).Select(view => view.Name), Is.Empty);
    }
}
