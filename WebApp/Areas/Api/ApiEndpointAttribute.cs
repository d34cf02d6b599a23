using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Routing;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace WebApp.Areas.Api;

/// <summary>Marks a controller of the JSON API: its routes are below <c>/api/v1</c>, it accepts no cookies and needs no antiforgery token.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ApiEndpointAttribute : ApiControllerAttribute, IRouteTemplateProvider, IRouteValueProvider, IAntiforgeryPolicy, IOrderedFilter
{
    /// <summary>The prefix of all routes of the API.</summary>
    public const string Prefix = "api/v1";

    /// <inheritdoc/>
    public string Template => Prefix;

    /// <inheritdoc/>
    int? IRouteTemplateProvider.Order => null;

    /// <inheritdoc/>
    public string? Name => null;

    /// <summary>Distinguishes the API's controllers from pages of the same name in link generation.</summary>
    string IRouteValueProvider.RouteKey => "area";

    /// <inheritdoc/>
    string IRouteValueProvider.RouteValue => "Api";

    /// <summary>After the filter that requires an antiforgery token, which it replaces: without cookies, requests cannot be forged.</summary>
    int IOrderedFilter.Order => int.MaxValue;
}
