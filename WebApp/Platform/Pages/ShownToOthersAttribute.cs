namespace WebApp.Platform.Pages;

/// <summary>
/// Marks a page that an administrator may look at as its owner sees it. Every other page is closed to them meanwhile: what shows secrets, hands
/// out passes, or is nobody's account.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class ShownToOthersAttribute : Attribute;
