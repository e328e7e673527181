using Tintype.Storage.Model;
using FollowState = Tintype.Web.Views.FollowState;

namespace Tintype.Cards;

/// <summary>What the Follow button beside a person says.</summary>
internal static class FollowStates
{
    /// <param name="viewer">Null for a stranger.</param>
    public static FollowState Toward(this Relations? viewer, AccountId person) =>
        viewer is null ? FollowState.None
        : viewer.ViewerId == person ? FollowState.Self
        : viewer.Blocks(person) ? FollowState.Blocked
        : viewer.Follows(person) ? FollowState.Following
        : viewer.HasRequested(person) ? FollowState.Requested
        : FollowState.None;
}
