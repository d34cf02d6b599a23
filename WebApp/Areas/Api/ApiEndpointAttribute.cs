using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Routing;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace WebApp.Areas.Api;

/// <summary>Marks a controller of the JSON API: its routes stand below <c>/api/v1</c>, it takes no cookie and needs no antiforgery token.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ApiEndpointAttribute : ApiControllerAttribute, IRouteTemplateProvider, IRouteValueProvider, IAntiforgeryPolicy, IOrderedFilter
{
    /// <summary>What every route of the API begins with.</summary>
    public const string Prefix = "api/v1";

    /// <inheritdoc/>
    public string Template => Prefix;

    /// <inheritdoc/>
    int? IRouteTemplateProvider.Order => null;

    /// <inheritdoc/>
    public string? Name => null;

    /// <summary>Keeps the API's controllers apart from pages of the same name when links are made.</summary>
    string IRouteValueProvider.RouteKey => "area";

    /// <inheritdoc/>
    string IRouteValueProvider.RouteValue => "Api";

    /// <summary>Later than the filter that asks every form for its antiforgery token, whose place it takes: no cookie, no forgery.</summary>
    int IOrderedFilter.Order => int.MaxValue;
}
