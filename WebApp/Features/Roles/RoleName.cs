using System.Text.RegularExpressions;
using WebApp.Platform.Http;

namespace WebApp.Features.Roles;

/// <summary>What roles may be called. Names stand in tokens and in the headers other services read, so they are plain.</summary>
internal static partial class RoleName
{
    public static FieldError? Check(string? name) => name is not null && Plain().IsMatch(name)
        ? null
        : new("Name", "Use 1 to 50 lower-case letters, digits, dots, hyphens and underscores, beginning with a letter.");

    [GeneratedRegex(@"\A[a-z][a-z0-9._-]{0,49}\z")]
    private static partial Regex Plain();
}
