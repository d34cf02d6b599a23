using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>The page <c>/device</c>, where a code is typed.</summary>
public sealed class DevicePage
{
    /// <summary>As typed, if it was.</summary>
    [Display(Name = "Code on the device")]
    public string? UserCode { get; init; }
}
