using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary>Whatever cannot be undone on a page is asked for first: by a button with a question (<c>_Confirm</c>), or by a page of its own at the same address.</summary>
public sealed class ConfirmationTests
{
    private static readonly string[] Destroying =
        ["remove", "revoke", "revoke-all", "delete", "end", "end-others", "leave", "withdraw", "drop-older", "unlink", "rotate", "hand-over", "role", "recovery-codes", "bulk"];

    // What can be done again at once, and what is asked for in another way.
    private static readonly string[] Exceptions =
    [
        "account/sessions/{id:guid}/end", // The device signs in again.
        "account/groups/{id:guid}/invitations/{invitationId:guid}/revoke", // The address can be invited again.
        "admin/impersonation/end",
        "account/data/delete", // The address is typed.
    ];

    private static readonly string Views = string.Concat(
        Directory.EnumerateFiles(TestApp.ContentRoot, "*.cshtml", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText));

    [Test]
    public void Whatever_destroys_something_is_asked_for_first()
    {
        var pages = TestApp.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is not null && !endpoint.RoutePattern.RawText!.StartsWith("api/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [], (endpoint, method) => (Method: method, Route: endpoint.RoutePattern.RawText!.TrimStart('/')))
            .ToHashSet();
        var destroying = pages.Where(page => page.Method == "POST" && Destroying.Contains(page.Route.Split('/')[^1])).Select(page => page.Route).ToArray();
        Assert.That(destroying, Has.Length.GreaterThan(20).And.SupersetOf(Exceptions));
        Assert.That(destroying.Where(route => !Exceptions.Contains(route) && !pages.Contains(("GET", route)) && !IsAsked(route)), Is.Empty);
    }

    // By the last fixed parts of the route: views write the beginning in different ways.
    private static bool IsAsked(string route)
    {
        var parts = route.Split('/');
        var tail = parts.Length > 2 && parts[^2].StartsWith('{') ? $@"({parts[^3]}/\{{[^}}]+\}}|\{{path\}})/{parts[^1]}" : $"/{parts[^1]}";
        return Regex.IsMatch(Views, $"new ConfirmView\\(\\$?\"[^\"]*{tail}\"");
    }
}
