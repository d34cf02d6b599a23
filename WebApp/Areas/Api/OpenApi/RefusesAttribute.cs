namespace WebApp.Areas.Api.OpenApi;

/// <summary>
/// Says which errors an action itself answers with, for the document: <c>[Refuses(nameof(ApiErrors.InvalidCode))]</c>. Those that follow from
/// how the action is guarded, limited and called are not repeated (<see cref="CommonRefusals"/>).
/// </summary>
/// <param name="errors">Names of members of <see cref="ApiErrors"/>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RefusesAttribute(params string[] errors) : Attribute
{
    /// <summary>The errors.</summary>
    /// <exception cref="ArgumentException">A name is none of <see cref="ApiErrors"/>.</exception>
    public IEnumerable<ApiError> Errors => errors.Select(name =>
        typeof(ApiErrors).GetField(name)?.GetValue(null) as ApiError ?? throw new ArgumentException($"ApiErrors has no {name}."));
}
