using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace WebApp.Tests.Support;

/// <summary>
/// One way into the application: a method of an endpoint, and all that can be said to it. Read from the running application's own
/// table, so that a new one is walked as soon as it is made.
/// </summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">Its route, without the leading slash.</param>
/// <param name="Body">The members of its JSON body; empty where it takes none.</param>
/// <param name="Inputs">What else it takes, by form or query: a page's fields, a call's parameters.</param>
public sealed partial record WayIn(HttpMethod Method, string Route, string[] Body, string[] Inputs)
{
    private static readonly string[] AuthorizationParameters =
    [
        "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "prompt", "max_age", "login_hint", "acr_values",
        "id_token_hint", "request", "request_uri", "ui_locales", "claims",
    ];

    /// <summary>Whether it is a call of the JSON API.</summary>
    public bool IsApi => Route.StartsWith("api/", StringComparison.Ordinal);

    /// <summary>Whether it only reads.</summary>
    public bool Reads => Method == HttpMethod.Get || Method == HttpMethod.Head;

    /// <summary>Every one there is.</summary>
    public static WayIn[] All(TestApp app) =>
    [
        .. from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           let takes = endpoint.Metadata.GetMetadata<ControllerActionDescriptor>()?.Parameters.ToArray() ?? []
           let route = endpoint.RoutePattern.RawText!.TrimStart('/')
           select new WayIn(
               new(method),
               route,
               [.. (BodyOf(endpoint)?.GetProperties() ?? []).Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name))],
               [.. takes.Where(p => !IsBody(p) && p.ParameterType != typeof(CancellationToken)).SelectMany(Names).Where(name => !route.Contains($"{{{name}", StringComparison.Ordinal))]),
    ];

    /// <summary>
    /// The ways into the OpenID Connect provider, which answers before routing, so that no table lists them; with the parameters of their standards (RFC 6749,
    /// 7009, 7636, 7662, 9126, OpenID Connect Core 1.0 and RP-Initiated Logout 1.0).
    /// </summary>
    public static WayIn[] OfProvider { get; } =
    [
        new(HttpMethod.Get, "connect/authorize", [], AuthorizationParameters),
        new(HttpMethod.Post, "connect/par", [], [.. AuthorizationParameters, "client_secret"]),
        new(HttpMethod.Post, "connect/token", [], ["grant_type", "client_id", "client_secret", "code", "code_verifier", "redirect_uri", "refresh_token", "scope", "client_assertion", "client_assertion_type", "username", "password"]),
        new(HttpMethod.Post, "connect/introspect", [], ["token", "token_type_hint", "client_id", "client_secret"]),
        new(HttpMethod.Post, "connect/revoke", [], ["token", "token_type_hint", "client_id", "client_secret"]),
        new(HttpMethod.Get, "connect/userinfo", [], ["access_token"]),
        new(HttpMethod.Post, "connect/userinfo", [], ["access_token"]),
        new(HttpMethod.Get, "connect/logout", [], ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales", "logout_hint"]),
        new(HttpMethod.Get, ".well-known/openid-configuration", [], ["x"]),
        new(HttpMethod.Get, ".well-known/jwks", [], ["x"]),
    ];

    /// <summary>The contract of its JSON body, whether it is an action or not; null where it takes none.</summary>
    public static Type? BodyOf(Endpoint endpoint) => endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is { } action
        ? action.Parameters.FirstOrDefault(IsBody)?.ParameterType
        : endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().FirstOrDefault(p => p.GetCustomAttribute<FromBodyAttribute>() is not null)?.ParameterType;

    /// <summary>Its address; what stands in the route is nobody's id unless told, for the first and for those that follow.</summary>
    public string Path(string? id = null, string? further = null)
    {
        var first = Parameter().Replace(Route, id ?? Guid.Empty.ToString(), 1);
        return "/" + Parameter().Replace(first, further ?? Guid.Empty.ToString());
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} /{Route}";

    private static bool IsBody(Microsoft.AspNetCore.Mvc.Abstractions.ParameterDescriptor parameter) => parameter.BindingInfo?.BindingSource == BindingSource.Body;

    private static IEnumerable<string> Names(Microsoft.AspNetCore.Mvc.Abstractions.ParameterDescriptor parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type.IsPrimitive || type.IsArray || type.Namespace == "System"
            ? [parameter.Name]
            : type.GetProperties().Where(p => p.CanWrite && p.GetCustomAttribute<BindNeverAttribute>() is null).Select(p => p.Name);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
