using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using WebApp.Areas.Admin;
using WebApp.Features.Accounts;
using WebApp.Platform.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Pages;

/// <summary>Icons: symbols of one file, which pages name.</summary>
public sealed partial class IconTests
{
    private static readonly string[] Symbols =
        [.. XDocument.Load(Path.Combine(TestApp.ContentRoot, "wwwroot", IconTagHelper.File.TrimStart('/'))).Root!.Elements().Select(symbol => symbol.Attribute("id")!.Value)];

    private static readonly string[] InViews = [.. Views.All.SelectMany(view => Icon().Matches(view.Text)).Select(icon => icon.Groups[1].Value)];

    [Test]
    public void Every_icon_that_is_used_is_a_symbol_and_every_symbol_is_used()
    {
        var named = InViews.Where(name => name[0] != '@');
        var chosen = InViews.Where(name => name.StartsWith("@(", StringComparison.Ordinal)).SelectMany(name => Literal().Matches(name).Select(literal => literal.Groups[1].Value));
        var sections = AccountSection.All.Select(section => section.Icon).Concat(ConsoleSection.All.Select(section => section.Icon));
        Assert.That(InViews.Where(name => name[0] == '@' && !name.StartsWith("@(", StringComparison.Ordinal)), Is.All.EqualTo("@part.Icon"));
        Assert.That(named.Concat(chosen).Concat(sections).Distinct(), Is.EquivalentTo(Symbols));
    }

    [Test]
    public async Task A_page_names_the_symbols_in_the_version_that_there_is()
    {
        var page = await (await PageClient.SignInAsync(TestApp.Shared, await TestApp.Shared.CreateUserAsync())).GetAsync("/account");
        var used = Use().Matches(page.Text).Select(use => (File: use.Groups[1].Value, Name: use.Groups[2].Value)).ToArray();
        Assert.That(used, Has.Length.GreaterThan(10));
        Assert.That(used.Select(use => use.Name).Distinct(), Is.SubsetOf(Symbols));

        using var http = TestApp.Shared.NewClient();
        using var answer = await http.GetAsync(new Uri(used.Select(use => use.File).Distinct().Single(), UriKind.Relative));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("image/svg+xml"));
        Assert.That(answer.Headers.CacheControl?.ToString(), Does.Contain("immutable"));
    }

    [GeneratedRegex("""<icon name="(@\(.*?\)|[^"]+)"(?: size="\d+")? />""")]
    private static partial Regex Icon();

    [GeneratedRegex("""
        [?:] "(\w+)"
        """)]
    private static partial Regex Literal();

    [GeneratedRegex("""<use href="(/icons\.svg\?v=[\w-]+)#(\w+)">""")]
    private static partial Regex Use();
}
