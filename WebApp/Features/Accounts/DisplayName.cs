using WebApp.Platform.Http;
using WebApp.Platform.Text;

namespace WebApp.Features.Accounts;

/// <summary>What people may call themselves.</summary>
public static class DisplayName
{
    /// <summary>Characters at most.</summary>
    public const int MaxLength = 100;

    /// <summary>Trimmed; null where nothing is left.</summary>
    public static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>What is wrong with a clean name, or null.</summary>
    public static FieldError? Check(string? name) =>
        name is not null && (name.Length > MaxLength || !OneLine.Is(name))
            ? new(nameof(DisplayName), $"Use at most {MaxLength} characters, without line breaks.")
            : null;
}
