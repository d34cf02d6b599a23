using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>What the forms about passkeys send.</summary>
public sealed class PasskeyForm
{
    /// <summary>What the owner calls it.</summary>
    [StringLength(PasskeyName.MaxLength, ErrorMessage = "A name can have up to 60 characters.")]
    public string? Name { get; init; }

    /// <summary>The authenticator's answer, as JSON.</summary>
    public string? Credential { get; init; }
}
