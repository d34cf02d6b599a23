using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.RateLimiting;

namespace WebApp.Platform.Http.Limits;

/// <summary>
/// Counts calls by IP prefix: <see cref="IpLimitOptions.IpPermitsPerMinute"/>, over all that carry this. Every action that asks for no
/// sign-in has it of itself; written out, it says what a call costs. Checked before every other guard.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class LimitByIpAttribute : Attribute
{
    /// <summary>The cost of a call that makes us hash a password, derive one, or send mail.</summary>
    public const int Costly = 3;

    /// <summary>How many permits a call takes.</summary>
    public int Cost { get; init; } = 1;
}

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
