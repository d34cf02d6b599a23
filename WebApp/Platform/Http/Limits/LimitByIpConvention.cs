using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.RateLimiting;

namespace WebApp.Platform.Http.Limits;

/// <summary>
/// Puts <see cref="LimitByIpAttribute"/> on every action that a stranger reaches and that does not have it: nobody can forget it. An action
/// is left out by <see cref="DisableRateLimitingAttribute"/>.
/// </summary>
internal sealed class LimitByIpConvention : IActionModelConvention
{
    private static readonly LimitByIpAttribute Limit = new();

    public void Apply(ActionModel action)
    {
        object[] attributes = [.. action.Controller.Attributes, .. action.Attributes];
        var open = attributes.OfType<IAllowAnonymous>().Any() || !attributes.OfType<IAuthorizeData>().Any();
        if (open && !attributes.Any(attribute => attribute is LimitByIpAttribute or DisableRateLimitingAttribute))
        {
            foreach (var selector in action.Selectors)
            {
                selector.EndpointMetadata.Add(Limit);
            }
        }
    }
}
