// Invitations: how a newcomer gets the keys of a cluster by a number and two words.
export { acceptInvitation, type AcceptOptions } from './accept-invitation.ts';
export { admitNewcomer, type AdmitOptions } from './admit-newcomer.ts';
export { newInvitation, parseInvitation, type Invitation, type Random } from './invitation.ts';
export {
  InvitationGuard,
  type GuardOptions,
  type InvitationRefusal,
  type InvitationRun,
} from './invitation-guard.ts';
