using System.Reflection;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Areas.Api;
using WebApp.Areas.Api.Bearer;
using WebApp.Platform.Http.Limits;
using WebApp.Tests.Access;
using WebApp.Tests.Support;

namespace WebApp.Tests.Architecture;

/// <summary>What must hold of every endpoint there is, whoever adds the next.</summary>
public sealed class EndpointTests
{
    private static readonly string[] Reading = ["GET", "HEAD", "OPTIONS", "TRACE"];

    private static readonly RouteEndpoint[] All =
        [.. TestApp.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    private static readonly (string Route, string[] Methods, ControllerActionDescriptor Action)[] Endpoints =
        [.. All.Where(endpoint => endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is not null)
            .Select(endpoint => (
                endpoint.RoutePattern.RawText!.TrimStart('/'),
                endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.ToArray() ?? [],
                endpoint.Metadata.GetMetadata<ControllerActionDescriptor>()!))];

    [Test]
    public void Every_action_names_its_methods() => Assert.That(Endpoints.Where(e => e.Methods.Length == 0), Is.Empty);

    [Test]
    public void Every_page_that_changes_something_asks_for_the_antiforgery_token()
    {
        var pages = Endpoints.Where(e => !IsApi(e.Action) && e.Methods.Except(Reading).Any()).ToArray();
        Assert.That(pages, Has.Length.GreaterThanOrEqualTo(7));
        Assert.That(pages.Where(e => LastPolicy(e.Action) != typeof(AutoValidateAntiforgeryTokenAttribute)), Is.Empty);
    }

    [Test]
    public void The_API_and_only_the_API_is_marked_as_such_and_lies_below_its_prefix()
    {
        Assert.That(Endpoints.Count(e => IsApi(e.Action)), Is.GreaterThanOrEqualTo(12));
        Assert.That(Endpoints.Where(e => IsApi(e.Action) != e.Route.StartsWith("api/v1/", StringComparison.Ordinal)), Is.Empty);
        Assert.That(Endpoints.Where(e => IsApi(e.Action) != (e.Action.ControllerTypeInfo.Namespace == "WebApp.Areas.Api")), Is.Empty);
        Assert.That(Endpoints.Where(e => IsApi(e.Action) && e.Action.ControllerTypeInfo.IsSubclassOf(typeof(Controller))), Is.Empty, "No views, no notices, no cookies.");
    }

    [Test]
    public void The_API_lets_in_by_Bearer_token_alone()
    {
        // Actions or not: the busiest calls are none, and have the gate themselves. One of them, forward-auth, takes cookies as well.
        foreach (var (route, metadata) in All.Select(e => (e.RoutePattern.RawText!.TrimStart('/'), e.Metadata)).Where(e => e.Item1.StartsWith("api/", StringComparison.Ordinal)))
        {
            var guards = metadata.OfType<IAuthorizeData>().ToArray();
            Assert.That(guards.Select(guard => guard.AuthenticationSchemes), Is.All.EqualTo(JwtBearerDefaults.AuthenticationScheme), route);
            Assert.That(guards.Length > 0 || metadata.GetMetadata<BearerAuthentication>() is not null, Is.EqualTo(!IsOpen(route)), $"{route} is open, or is not, against the table.");
        }
    }

    [Test]
    public void Whatever_a_stranger_reaches_is_limited_by_his_address()
    {
        // The rest has a guard, at which a stranger is turned away before anything is done for him.
        var open = All.Where(e => e.Metadata.GetMetadata<BearerAuthentication>() is null && (e.Metadata.GetMetadata<IAuthorizeData>() is null || e.Metadata.GetMetadata<IAllowAnonymous>() is not null)).ToArray();
        Assert.That(open, Has.Length.GreaterThanOrEqualTo(20));
        foreach (var endpoint in open)
        {
            var route = endpoint.RoutePattern.RawText!.TrimStart('/');
            Assert.That(endpoint.Metadata.GetMetadata<LimitByIpAttribute>() is not null, Is.EqualTo(!IsUnlimited(route)), route);
        }
    }

    [Test]
    public void What_makes_strangers_hash_or_mail_costs_more()
    {
        var costly = All.Where(e => e.Metadata.GetMetadata<LimitByIpAttribute>() is { Cost: > 1 }).Select(e => e.RoutePattern.RawText!.TrimStart('/')).Distinct();
        Assert.That(costly, Is.EquivalentTo((string[])
        [
            "login", "login/external/{name}", "login/external/{name}/callback", "login/mfa/email-code", "register", "forgot-password", "reset-password", "setup", "confirm-email", "confirm-email/password", "confirm-email/resend",
            "api/v1/auth/login", "api/v1/auth/bootstrap", "api/v1/auth/admin-login", "api/v1/auth/mfa/email-code", "api/v1/auth/register", "api/v1/auth/confirm-email", "api/v1/auth/forgot-password", "api/v1/auth/reset-password",
        ]));
    }

    [Test]
    public void Nothing_but_the_owners_own_pages_and_calls_sets_a_password()
    {
        // An administrator can send a link and choose nothing (ASVS 6.4.6).
        var takers = WayIn.All(TestApp.Shared)
            .Where(way => way.Body.Concat(way.Inputs).Any(name => name.Contains("password", StringComparison.OrdinalIgnoreCase)))
            .Select(way => way.Route).Distinct();
        Assert.That(takers, Is.SupersetOf(["register", "reset-password", "account/password", "api/v1/password"]));
        Assert.That(takers.Where(route => route.StartsWith("admin", StringComparison.Ordinal) || route.StartsWith("api/v1/admin/", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Every_type_named_a_controller_is_sealed_and_has_no_base_of_ours() => Assert.That(
        typeof(App).Assembly.GetTypes().Where(type => type.Name.EndsWith("Controller", StringComparison.Ordinal))
            .Where(type => !type.IsSealed || (type.BaseType != typeof(Controller) && type.BaseType != typeof(ControllerBase))),
        Is.Empty);

    // Orchestrators ask the one again and again, tests the other.
    private static bool IsUnlimited(string route) =>
        route.StartsWith("health/", StringComparison.Ordinal) || route.StartsWith("dev/mailbox", StringComparison.Ordinal);

    // What somebody without a token must be able to call is in the table.
    private static bool IsOpen(string route) =>
        AccessTable.All.Any(row => row.Key.EndsWith($" {route}", StringComparison.Ordinal) && row.Value.IsOpen);

    private static bool IsApi(ControllerActionDescriptor action) => action.ControllerTypeInfo.GetCustomAttribute<ApiEndpointAttribute>() is not null;

    // The last of the policies is the one that counts.
    private static Type? LastPolicy(ControllerActionDescriptor action) => action.FilterDescriptors
        .OrderBy(filter => filter.Order).ThenBy(filter => filter.Scope)
        .Select(filter => filter.Filter is TypeFilterAttribute made ? made.ImplementationType : filter.Filter.GetType())
        .LastOrDefault(type => type.IsAssignableTo(typeof(IAntiforgeryPolicy)) || type == typeof(AutoValidateAntiforgeryTokenAttribute));
}
