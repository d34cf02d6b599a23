using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Areas.Admin;
using WebApp.Features.Accounts;
using WebApp.Features.SecondFactors.Passkeys;
using WebApp.Features.SignIn;
using WebApp.Tests.Support;

namespace WebApp.Tests.Architecture;

/// <summary>
/// Links in views are written as paths, which costs a request nothing, and each is held to the routes: its path, and the method it is asked for with.
/// What an expression gives within a path stands for any one segment.
/// </summary>
public sealed partial class LinkTests
{
    // Paths that code makes, by the expression in the view: what they may be. None: addresses that are not this site's own.
    private static readonly Dictionary<string, string[]> Computed = new()
    {
        ["@part.Path"] = [.. AccountSection.All.Select(section => section.Path), .. ConsoleSection.All.Select(section => section.Path)],
        ["@first.Path"] = [.. ConsoleSection.All.Select(section => section.Path)],
        ["@path/@act.Name"] = [.. AccountAct.All.Select(act => $"/admin/users/*/{act.Name}")],
        ["@path/@Model.Act.Name"] = [.. AccountAct.All.Select(act => $"/admin/users/*/{act.Name}")],
        ["@choice.Path"] = ["/login/mfa", "/reauthenticate"],
        ["@choice.Path/email-code"] = ["/login/mfa/email-code", "/reauthenticate/email-code"],
        ["@choice.PathTo(method)"] = [FactorChoice.PathTo("/login/mfa", "/account", "totp"), FactorChoice.PathTo("/reauthenticate", "/account", "totp")],
        ["@FactorChoice.PathTo(\"/register\", ReturnPath.LocalOrNull(Model.ReturnUrl))"] = [FactorChoice.PathTo("/register", "/account")],
        ["@Model.Action"] = ["/admin/users/*/sessions/*/end", "/admin/users/*/api-tokens/*/revoke", PasskeyPrompt.SignIn(null).Action, PasskeyPrompt.SecondFactor(null).Action, PasskeyPrompt.StepUp(null).Action],
        ["@Link(Model.Page - 1)"] = ["/admin/groups"],
        ["@Link(Model.Page + 1)"] = ["/admin/groups"],
        ["@link"] = [new UserFilterForm().Link(1, "-email"), UsersController.Path, "/admin/audit", "/admin/outbox"],
        ["@failed"] = ["/admin/outbox"],
        ["@line.Link"] = ["/admin/audit"],
        ["@form.Link(1)"] = [new UserFilterForm().Link(1)],
        ["@form.Link(Model.Previous)"] = [new UserFilterForm().Link(2)],
        ["@form.Link(Model.Number + 1)"] = [new UserFilterForm().Link(2)],
        ["@form.Link(end)"] = [new UserFilterForm().Link(2)],
        ["@OutboxPage.Path(state)"] = [OutboxPage.Path(null)],
        ["@OutboxPage.Path(Model.State)"] = [OutboxPage.Path(null)],
        ["@OutboxPage.Path(Model.State, next)"] = [OutboxPage.Path(null, Guid.Empty)],
        ["@Model.Form.PathBefore(null)"] = [new AuditForm().PathBefore(null)],
        ["@Model.Form.PathBefore(next)"] = [new AuditForm().PathBefore(Guid.Empty)],
        ["@(new AuditForm { Account = id.ToString() }.PathBefore(null))"] = [new AuditForm { Account = "x" }.PathBefore(null)],
        ["@found.Discovery"] = [],
        ["@theme"] = [],
        ["@logo"] = [],
        ["@image"] = [],
        ["@address"] = [],
        ["{0}"] = [],
        ["{1}"] = [],
        ["@Model.Next"] = [],
        ["@offer.OtpauthUri"] = [],
        ["@piece.Text"] = [],
    };

    private static readonly RouteEndpoint[] Routes = [.. TestApp.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    // A text with a link in it is a string of C#.
    private static readonly (string Path, string Text)[] Pages = [.. Views.All.Select(view => (view.Path, view.Text.Replace("\\\"", "\"", StringComparison.Ordinal)))];

    private static readonly Link[] All = [.. Pages.SelectMany(view => Tag().Matches(view.Text).SelectMany(tag => LinksOf(view.Path, view.Text, tag.Value)))];

    [Test]
    public void Every_path_in_a_view_is_a_route()
    {
        Assert.That(All, Has.Length.GreaterThan(150).And.Length.EqualTo(Pages.Sum(view => Written().Count(view.Text))), "None is overlooked.");
        var wrong = All.Where(link => link.Target[0] is not ('#' or '~')).SelectMany(link => PathsOf(link).Select(path => (link.View, link.Target, link.Method, Path: path))).Where(link => !IsRoute(link.Method, link.Path));
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Every_file_that_a_view_names_is_there()
    {
        var files = All.Where(link => link.Target[0] == '~').ToArray();
        Assert.That(files, Has.Length.GreaterThan(15));
        Assert.That(files.Where(link => !File.Exists(Path.Combine(TestApp.ContentRoot, "wwwroot", link.Target[2..]))), Is.Empty);
    }

    [Test]
    public void Every_path_that_code_makes_is_still_used() => Assert.That(All.Select(link => link.Target), Is.SupersetOf(Computed.Keys));

    [Test]
    public void No_view_has_its_links_made_from_actions() => Assert.That(Views.All.Where(view => MadeFromActions().IsMatch(view.Text)).Select(view => view.Path), Is.Empty);

    [Test]
    public void A_wrong_path_is_seen()
    {
        // So that the first test is known to see something.
        Assert.That(LinksOf("", "", "<form class=\"x\" method=\"post\" action=\"/account/sessions/@session.Id/end\">").Single(), Is.EqualTo(new Link("", "/account/sessions/@session.Id/end", "POST", "/account/sessions/*/end")));
        Assert.That(IsRoute("POST", "/account/sessions/*/end"), Is.True);
        Assert.That(IsRoute("GET", "/account/sessions/*/end"), Is.False, "Another method.");
        Assert.That(IsRoute("POST", "/account/sessions/end"), Is.False, "A segment less.");
        Assert.That(IsRoute("POST", "/account/sessions/others/end"), Is.False, "Where an id belongs.");
        Assert.That(IsRoute("GET", "/acount"), Is.False);
    }

    private static IEnumerable<Link> LinksOf(string view, string text, string tag)
    {
        var local = Local().Match(text) is { Success: true } found ? found.Groups[1].Value : null;
        var posts = tag.Contains("method=\"post\"", StringComparison.Ordinal);
        foreach (Match attribute in Attribute().Matches(tag))
        {
            var target = attribute.Groups[2].Value;
            var path = local is not null && (target == "@path" || target.StartsWith("@path/", StringComparison.Ordinal)) ? local + target["@path".Length..] : target;
            yield return new(view, target, attribute.Groups[1].Value == "data-options" || posts ? "POST" : "GET", Expression().Replace(path, "*").Split('?', '#')[0]);
        }
    }

    private static IEnumerable<string> PathsOf(Link link) => Computed.TryGetValue(link.Target, out var paths) ? paths.Select(path => path.Split('?')[0]) : [link.Path];

    private static bool IsRoute(string method, string path) => path.StartsWith('/') && Routes.Any(route =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(method) != false && Fits(route.RoutePattern.PathSegments, path[1..].Split('/', StringSplitOptions.RemoveEmptyEntries)));

    private static bool Fits(IReadOnlyList<RoutePatternPathSegment> pattern, string[] path) =>
        pattern.Count == path.Length && pattern.Zip(path).All(pair => pair.First.Parts is [RoutePatternLiteralPart literal]
            ? literal.Content == pair.Second
            : pair.Second == "*" || pair.First.Parts is [RoutePatternParameterPart { ParameterPolicies.Count: 0 }]);

    private sealed record Link(string View, string Target, string Method, string Path);

    // An opening tag; what an expression or a quoted value contains does not end it.
    [GeneratedRegex("""<\w+(?:\s+[\w-]+(?:="(?:@\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|@[\w.]+\((?:[^()]|\([^()]*\))*\)|[^"])*")?)*\s*/?>""")]
    private static partial Regex Tag();

    [GeneratedRegex("""\s(href|src|action|formaction|data-options)="((?:@\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|@[\w.]+\((?:[^()]|\([^()]*\))*\)|[^"])*)"(?=[\s/>])""")]
    private static partial Regex Attribute();

    [GeneratedRegex("""\s(?:href|src|action|formaction|data-options)=["']?""")]
    private static partial Regex Written();

    // In an attribute, or in an interpolated string.
    [GeneratedRegex("""@\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|@\w+(?:\.\w+)*(?:\((?:[^()]|\([^()]*\))*\))?|\{[^{}]*\}""")]
    private static partial Regex Expression();

    [GeneratedRegex("""var path = \$?"([^"]+)";""")]
    private static partial Regex Local();

    [GeneratedRegex(@"\basp-(?:action|controller|route[\w-]*|area|page[\w-]*|host|protocol|fragment)\b")]
    private static partial Regex MadeFromActions();
}
