using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.RateLimiting;

namespace WebApp.Platform.Http.Limits;

/// <summary>
/// Limits calls by IP prefix to <see cref="IpLimitOptions.IpPermitsPerMinute"/>, over all endpoints with this attribute. Every action that needs no
/// sign-in gets it by a convention; write it to set the cost of a call. It is checked before every other guard.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class LimitByIpAttribute : Attribute
{
    /// <summary>The cost of a call that hashes a password, derives a key or sends mail.</summary>
    public const int Costly = 3;

    /// <summary>How many permits a call takes.</summary>
    public int Cost { get; init; } = 1;
}

/// <summary>
/// Adds <see cref="LimitByIpAttribute"/> to every action that needs no sign-in and does not have it, so that it cannot be forgotten. An action
/// is excluded by <see cref="DisableRateLimitingAttribute"/>.
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
