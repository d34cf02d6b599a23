using System.Text.Json.Serialization;

namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>PATCH /me</c> and <c>PATCH /admin/users/{id}</c>. A member that is left out leaves its value as it is.</summary>
public sealed record UpdateMeRequest
{
    /// <summary>The new name; null or blank removes it.</summary>
    public string? DisplayName
    {
        get;
        init
        {
            field = value;
            HasDisplayName = true;
        }
    }

    /// <summary>Whether the body names <see cref="DisplayName"/>.</summary>
    [JsonIgnore]
    public bool HasDisplayName { get; private init; }
}
