namespace WebApp.Platform.Pages;

/// <summary>
/// Marks a page that an administrator may see while they impersonate a user. All other pages are refused then: those that show secrets or
/// issue credentials, and those that belong to no account.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class ShownToOthersAttribute : Attribute;
